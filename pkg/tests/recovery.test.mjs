import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CPU_FAULTS, FAULT_WINDOW_MS, FaultHistory, SAVE_EVERY_MS, SaveClock } from '../dist/recovery.js';
import { FakeEngine, HARDWARE, coded, fakeLab, never, trap } from './fake-engine.mjs';

const CONFIG = { seed: 7 };
const DATA = new Uint8Array([1, 2, 3]).buffer;

/** An engine that traps in `method` while `while()` holds. */
const trapping = (method, holds = () => true) =>
  new FakeEngine({
    behaviour: (name) => {
      if (name === method && holds()) throw trap();
    },
  });

async function trained(world, steps = 5) {
  await world.lab.loadDataset(DATA);
  await world.lab.configure(CONFIG);
  await world.lab.advance(steps);
  // The state is kept behind the step's own answer: wait for whatever comes after.
  await world.lab.options();
}

/** The next recovery, whichever way it ends. */
const recovered = (world) => new Promise((resolve) => world.lab.on('fault', resolve));

test('after a trap the lab goes on from the kept state', async () => {
  const world = await fakeLab({ create: (_, nth) => (nth === 0 ? trapping('picture') : new FakeEngine()) });
  await trained(world);
  const lost = world.lab.picture({ refresh: 1 });
  const waiting = world.lab.advance(1);
  await assert.rejects(lost, { code: 'worker.crashed' });
  assert.equal((await waiting).step, 6, 'the call that waited was answered by an engine at step 5');
  assert.deepEqual(
    world.newest().engine.calls.slice(0, 3),
    ['loadDataset', 'restore', 'advance'],
    'calls of the second engine',
  );
  assert.deepEqual(world.newest().engine.dataset, new Uint8Array(DATA), 'data set of the second engine');
  assert.deepEqual(world.newest().engine.config, CONFIG, 'configuration of the second engine');
  assert.ok(world.workers[0].terminated, 'the trapped Worker was ended');
  assert.deepEqual(
    world.faults.map(({ code, recovered, step }) => ({ code, recovered, step })),
    [{ code: 'worker.crashed', recovered: true, step: 5 }],
    'the fault that was told',
  );
});

test('a session without steps is configured again', async () => {
  const world = await fakeLab({ create: (_, nth) => (nth === 0 ? trapping('picture') : new FakeEngine()) });
  await world.lab.loadDataset(DATA);
  await world.lab.configure(CONFIG);
  await assert.rejects(world.lab.picture({ refresh: 1 }), { code: 'worker.crashed' });
  await world.lab.batch();
  assert.deepEqual(
    world.newest().engine.calls,
    ['loadDataset', 'configure', 'batch'],
    'calls of the second engine',
  );
});

test('a network that is fine-tuned is so again, until its own state is kept', async () => {
  const world = await fakeLab({
    create: (_, nth) =>
      nth < 2 ? trapping('picture', () => world.newest().engine.step === 2 * nth) : new FakeEngine(),
  });
  await world.lab.loadDataset(DATA);
  const state = new Uint8Array([9, 8]);
  const tuned = world.lab.fineTune({ state });
  state[0] = 1;
  await tuned;
  await assert.rejects(world.lab.picture({ refresh: 1 }), { code: 'worker.crashed' });
  await world.lab.batch();
  assert.deepEqual(world.newest().engine.calls, ['loadDataset', 'fineTune', 'batch']);
  assert.equal(world.newest().engine.weights, 9, 'the weights of the call');
  world.time += SAVE_EVERY_MS;
  await world.lab.advance(2);
  await world.lab.options();
  await assert.rejects(world.lab.picture({ refresh: 1 }), { code: 'worker.crashed' });
  assert.equal((await world.lab.advance(1)).step, 3);
  assert.deepEqual(world.newest().engine.calls.slice(0, 3), ['loadDataset', 'restore', 'advance']);
});

for (const [how, crash] of [
  ['an uncaught exception', (worker) => worker.throwUncaught(trap())],
  ['an unhandled rejection', (worker) => worker.rejectUnhandled(trap())],
  ['an error event of the Worker', (worker) => worker.onerror({ message: 'gone' })],
  ['an unreadable message', (worker) => worker.onmessageerror({})],
]) {
  test(`a call that hangs is rejected by ${how}`, async () => {
    const world = await fakeLab({
      create: (_, nth) => new FakeEngine({ behaviour: nth === 0 ? never : undefined }),
    });
    const hanging = world.lab.options();
    const rejection = assert.rejects(hanging, { code: 'worker.crashed' });
    await sleep(10);
    crash(world.workers[0]);
    await rejection;
    await world.lab.options();
    assert.equal(world.workers.length, 2, 'Workers started');
  });
}

test('an idle engine that dies is replaced without being asked', async () => {
  const world = await fakeLab();
  await trained(world);
  const told = recovered(world);
  world.newest().throwUncaught(trap());
  assert.equal((await told).step, 5, 'step after the recovery');
  assert.equal(world.workers.length, 2, 'Workers started');
});

test('the sentence of the panic is the message of the fault', async () => {
  const log = console.error;
  console.error = () => undefined;
  try {
    const world = await fakeLab({
      create: (_, nth) =>
        new FakeEngine({
          behaviour: () => {
            if (nth > 0) return;
            console.error('panicked at src/lib.rs:1:1:\nindex out of bounds\n\nStack:\n\nError\n  at x');
            throw trap();
          },
        }),
    });
    await assert.rejects(world.lab.options(), {
      code: 'worker.crashed',
      message: 'The engine failed: index out of bounds',
    });
  } finally {
    console.error = log;
  }
});

test('the training state is kept at most every two seconds', async () => {
  const world = await fakeLab();
  await trained(world);
  const saves = () => world.newest().engine.calls.filter((method) => method === 'save').length;
  await world.lab.options();
  assert.equal(saves(), 1, 'saves after the first step');
  world.time = SAVE_EVERY_MS - 1;
  await world.lab.advance(1);
  await world.lab.options();
  assert.equal(saves(), 1, 'saves before two seconds are over');
  world.time = SAVE_EVERY_MS;
  await world.lab.advance(1);
  await world.lab.options();
  assert.equal(saves(), 2, 'saves after two seconds');
});

test('after training that diverged the state before it stays', async () => {
  let diverged = false;
  const world = await fakeLab({
    create: () =>
      new FakeEngine({
        behaviour: (method) => {
          if (diverged && (method === 'advance' || method === 'save')) throw coded('training.diverged');
        },
      }),
  });
  await trained(world);
  world.time = SAVE_EVERY_MS - 1;
  await world.lab.advance(1);
  diverged = true;
  world.time = SAVE_EVERY_MS;
  await assert.rejects(world.lab.advance(1), { code: 'training.diverged' });
  await world.lab.options();
  assert.equal(world.newest().engine.calls.at(-2), 'save', 'it was tried');
  assert.deepEqual(world.faults, [], 'no fault is told');
});

test('a slow save is made less often', () => {
  const clock = new SaveClock();
  clock.took(0, 1000);
  assert.ok(!clock.due(20_999), 'a save of one second may not follow within twenty');
  assert.ok(clock.due(21_000), 'and may after twenty');
});

test('a second loss of the GPU within the window falls back to the CPU', async () => {
  const world = await fakeLab({ device: 'auto', gpu: HARDWARE });
  assert.equal(world.lab.device.reason, 'gpu_faster', 'why it began on the GPU');
  await trained(world);
  for (const kind of ['gpu', 'cpu']) {
    const told = recovered(world);
    world.newest().fault('device.lost', 'the driver was reset');
    const fault = await told;
    assert.deepEqual(
      [fault.code, fault.recovered, fault.step],
      ['device.lost', true, 5],
      'the fault that was told',
    );
    assert.equal(world.lab.device.kind, kind, 'device after the loss');
  }
  assert.deepEqual(world.kinds, ['gpu', 'gpu', 'cpu'], 'modules that were started');
  assert.equal(world.lab.device.reason, 'device_lost', 'why it is on the CPU');
  assert.deepEqual(
    world.devices.map(({ kind }) => kind),
    ['cpu'],
    'changes of device that were told',
  );
  assert.equal((await world.lab.advance(1)).step, 6, 'training went on');
});

test('losses that lie far apart stay on the GPU', async () => {
  const world = await fakeLab({ device: 'auto', gpu: HARDWARE });
  for (let i = 0; i < 4; i++) {
    const told = recovered(world);
    world.newest().fault('device.lost', '');
    await told;
    world.time += FAULT_WINDOW_MS + 1;
  }
  assert.equal(world.lab.device.kind, 'gpu', 'device after four losses');
});

test('a GPU that is refused during recovery gives way to the CPU', async () => {
  const world = await fakeLab({
    device: 'gpu',
    create: (kind, nth) => {
      if (kind === 'gpu' && nth > 0) throw coded('device.no_adapter');
      return new FakeEngine();
    },
  });
  const told = recovered(world);
  world.newest().fault('device.lost', '');
  assert.ok((await told).recovered, 'it recovered');
  assert.deepEqual(world.kinds, ['gpu', 'gpu', 'cpu'], 'modules that were started');
});

test('device errors that a call reports count as losses', async () => {
  const world = await fakeLab({
    device: 'gpu',
    create: (_, nth) =>
      new FakeEngine({
        behaviour: (method) => {
          if (nth === 0 && method === 'advance') throw coded('device.out_of_memory');
        },
      }),
  });
  await assert.rejects(world.lab.advance(1), { code: 'device.out_of_memory' });
  await world.lab.options();
  assert.equal(world.workers.length, 2, 'Workers started');
});

test('an engine that always dies is not started for ever', async () => {
  const world = await fakeLab({ create: () => trapping('picture') });
  await trained(world);
  const calls = Array.from({ length: 10 }, () => world.lab.picture({ refresh: 1 }));
  const results = await Promise.allSettled(calls);
  assert.ok(
    results.every(({ reason }) => reason?.code === 'worker.crashed'),
    'every call was rejected',
  );
  assert.equal(world.workers.length, CPU_FAULTS, 'Workers started for ten calls that kill');
  assert.equal(world.faults.at(-1).recovered, false, 'the last word');
  await sleep(30);
  assert.equal(world.workers.length, CPU_FAULTS, 'Workers started while nobody asked');
  assert.equal((await world.lab.advance(1)).step, 6, 'the next call starts it once more, with its state');
});

test('an engine that cannot start again is given up after as many tries', async () => {
  const world = await fakeLab({
    create: (_, nth) => {
      if (nth > 0) throw trap();
      return new FakeEngine();
    },
  });
  const told = recovered(world);
  world.newest().throwUncaught(trap());
  assert.equal((await told).recovered, false, 'it was given up');
  assert.equal(world.workers.length, CPU_FAULTS, 'Workers started');
  await assert.rejects(world.lab.options(), { code: 'worker.crashed' });
});

test('a state that the engine refuses costs the training, not the lab', async () => {
  const world = await fakeLab({
    create: (_, nth) =>
      new FakeEngine({
        behaviour: (method) => {
          if (nth === 0 && method === 'picture') throw trap();
          if (method === 'restore') throw coded('session.state_invalid');
        },
      }),
  });
  await trained(world);
  await assert.rejects(world.lab.picture({ refresh: 1 }), { code: 'worker.crashed' });
  assert.equal((await world.lab.advance(1)).step, 1, 'step after a fresh start');
  assert.equal(world.faults[0].step, 0, 'the fault says from where');
});

test('loading another data set forgets the session', async () => {
  const world = await fakeLab();
  await trained(world);
  await world.lab.loadDataset(new Uint8Array([9]).buffer);
  const told = recovered(world);
  world.newest().throwUncaught(trap());
  await told;
  assert.deepEqual(world.newest().engine.calls, ['loadDataset'], 'calls of the second engine');
});

test('dispose ends a recovery', async () => {
  const world = await fakeLab({ create: (_, nth) => (nth === 0 ? trapping('options') : never()) });
  await assert.rejects(world.lab.options(), { code: 'worker.crashed' });
  const waiting = assert.rejects(world.lab.batch(), { code: 'lab.disposed' });
  await sleep(10);
  world.lab.dispose();
  await waiting;
  assert.ok(
    world.workers.every(({ terminated }) => terminated),
    'every Worker was ended',
  );
  assert.equal(world.faults.length, 0, 'nothing is told after dispose');
});

test('a listener that throws stops no recovery', async (t) => {
  const world = await fakeLab();
  const uncaught = new Promise((resolve) => (globalThis.reportError = resolve));
  t.after(() => delete globalThis.reportError);
  world.lab.on('fault', () => {
    throw new Error('listener');
  });
  const told = recovered(world);
  world.newest().throwUncaught(trap());
  assert.ok((await told).recovered, 'a later listener heard of it');
  assert.equal((await uncaught).message, 'listener', 'the mistake surfaces');
});

test('moving to another device keeps the weights', async () => {
  const world = await fakeLab({ device: 'cpu' });
  await trained(world);
  world.time = 1;
  await world.lab.advance(2);
  const info = await world.lab.switchDevice('gpu');
  assert.deepEqual([info.kind, info.requested, info.reason], ['gpu', 'gpu', 'requested'], 'the new device');
  assert.equal((await world.lab.advance(1)).step, 8, 'step on the new device: 5 + 2 + 1');
  assert.ok(world.workers[0].terminated, 'the old Worker was ended');
  assert.equal(world.devices.length, 1, 'changes of device that were told');
  assert.equal(world.faults.length, 0, 'moving is no fault');
});

test('a device that cannot be had leaves the old one at work', async () => {
  const world = await fakeLab({
    create: (kind) => {
      if (kind === 'gpu') throw coded('device.no_adapter', 'none');
      return new FakeEngine();
    },
  });
  await trained(world);
  await assert.rejects(world.lab.switchDevice('gpu'), { code: 'device.no_adapter' });
  assert.equal(world.lab.device.kind, 'cpu', 'device after the refusal');
  assert.equal((await world.lab.advance(1)).step, 6, 'training goes on');
  assert.ok(!world.workers[0].terminated, 'the old Worker lives');
});

test('the judge', () => {
  const history = new FaultHistory();
  assert.equal(history.judge('device.lost', 'gpu', 0), 'respawn', 'first loss');
  assert.equal(
    history.judge('worker.crashed', 'gpu', FAULT_WINDOW_MS),
    'fallback',
    "second fault at the window's edge",
  );
  assert.equal(
    history.judge('worker.crashed', 'cpu', FAULT_WINDOW_MS),
    'respawn',
    'faults of the GPU do not count against the CPU',
  );
  assert.equal(new FaultHistory().judge('device.refused', 'gpu', 0), 'fallback', 'a GPU that is not there');
});
