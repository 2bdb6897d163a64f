// Two towers on the real CPU module: users who liked items of one of six groups learn to be near what they would like next.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLab } from '../dist/node.js';

const [USERS, ITEMS, GROUPS] = [120, 60, 6];

/** The same numbers each time. */
function chance(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function world() {
  const random = chance(5);
  const [bags, pairs, heldOut] = [[], [], []];
  for (let user = 0; user < USERS; user += 1) {
    const own = Array.from({ length: ITEMS / GROUPS }, (_, at) => (user % GROUPS) + GROUPS * at)
      .map((item) => ({ item, key: random() }))
      .sort((a, b) => a.key - b.key)
      .slice(0, 6)
      .map(({ item }) => item);
    bags.push(own.slice(0, 4));
    heldOut.push(own.slice(4));
    pairs.push(...own.slice(0, 4).map((item) => [user, item]));
  }
  const rows = Array.from({ length: ITEMS }, (_, item) =>
    Array.from({ length: GROUPS }, (_, at) => (at === item % GROUPS ? 1 : 0) + 0.2 * (random() - 0.5)),
  );
  return { left: { bags, ids: ITEMS }, right: { rows, shape: GROUPS }, pairs, heldOut };
}

const CONFIG = { dim: 8, batch: 32, learningRate: 0.01, history: true };

let lab;
before(async () => {
  lab = await createLab({ device: 'cpu' });
});
after(() => lab.dispose());

/** Share of the ten items nearest to a user that are of the user's group. */
async function groupsFound(towers) {
  const [users, items] = [await towers.embed('left'), await towers.embed('right')];
  const { dim } = towers;
  let found = 0;
  for (let user = 0; user < USERS; user += 1) {
    const scores = Array.from({ length: ITEMS }, (_, item) => {
      let score = 0;
      for (let at = 0; at < dim; at += 1) score += users[user * dim + at] * items[item * dim + at];
      return { item, score };
    }).sort((a, b) => b.score - a.score);
    found += scores.slice(0, 10).filter(({ item }) => item % GROUPS === user % GROUPS).length;
  }
  return found / (10 * USERS);
}

test(
  'towers learn, embed new samples, and go on from a file bit for bit',
  { timeout: 120_000 },
  async (t) => {
    const { left, right, pairs } = world();
    const towers = await lab.towers({ left, right, pairs, config: CONFIG });
    const before = await groupsFound(towers);
    const told = [];
    const { step, losses } = await towers.advance(60, {
      onProgress: ({ done, total }) => told.push([done, total]),
    });
    assert.equal(step, 60);
    assert.ok(losses.length === 60 && losses[59] < losses[0], `${losses[0]} to ${losses[59]}`);
    assert.deepEqual(told.at(-1), [60, 60]);
    const found = await groupsFound(towers);
    t.diagnostic(`items of the own group among the nearest ten: ${before} before, ${found} after`);
    assert.ok(found > 0.9, `${found} of the nearest items are of the own group`);

    // A user who was not there, after two clicks; rows have length 1.
    const row = await towers.embed('left', { bags: [[3, [9, 0.5]]], ids: ITEMS });
    assert.equal(row.length, 8);
    assert.ok(Math.abs(Math.hypot(...row) - 1) < 1e-5);

    const file = await towers.save();
    const again = await lab.loadTowers(file, { left, right, pairs: Uint32Array.from(pairs.flat()) });
    assert.equal(again.step, 60);
    const [on, back] = [await towers.advance(5), await again.advance(5)];
    assert.deepEqual(on, back);
    assert.deepEqual(await towers.embed('right'), await again.embed('right'));
    await assert.rejects(lab.loadTowers(file, { left, right, pairs: pairs.slice(1) }), {
      code: 'session.state_invalid',
      message: /other pairs/,
    });
    await assert.rejects(lab.loadTowers(file.slice(0, 99), { left, right, pairs }), {
      code: 'session.state_invalid',
    });
    await again.close();
    await assert.rejects(again.advance(1), { code: 'towers.closed' });
    const stop = new AbortController();
    const stopped = towers.advance(5_000, { signal: stop.signal, onProgress: () => stop.abort() });
    await assert.rejects(stopped, { code: 'call.aborted' });
    assert.equal(towers.step, 65 + 25, 'the steps that were done are kept');
  },
);

test('calls that are not awaited are answered in order', { timeout: 60_000 }, async () => {
  const { left, right, pairs, heldOut } = world();
  const open = () => lab.towers({ left, right, pairs, config: CONFIG });
  const [towers, other] = [await open(), await open()];
  const rows = Float32Array.from(right.rows[0]);
  const ask = { heldOut: [[0, heldOut[0][0]]], k: 5 };
  const stop = new AbortController();
  const advancing = towers.advance(60);
  const meanwhile = [towers.embed('right'), towers.embed('right', { rows, shape: GROUPS }), towers.rank(ask)];
  const stopped = towers.embed('left', undefined, { signal: stop.signal });
  const more = towers.advance(30);
  rows.fill(9);
  stop.abort();
  await assert.rejects(stopped, { code: 'call.aborted' });
  assert.equal(towers.step, 0, 'at once, though the towers train');
  assert.deepEqual((await advancing).losses, (await other.advance(60)).losses);
  const [all, one, ranking] = await Promise.all(meanwhile);
  assert.deepEqual(all, await other.embed('right'));
  assert.deepEqual(one, all.slice(0, other.dim));
  assert.deepEqual(ranking, await other.rank(ask));
  assert.deepEqual(await more, await other.advance(30));
  const ended = Promise.allSettled([towers.advance(9_000), towers.save()]);
  await towers.close();
  for (const { reason } of await ended) assert.equal(reason.code, 'towers.closed');
  await other.close();
});

test('held-out pairs are ranked as plain JavaScript ranks them', { timeout: 120_000 }, async () => {
  const { left, right, pairs, heldOut } = world();
  const towers = await lab.towers({ left, right, pairs, config: CONFIG });
  await towers.advance(40);
  const [users, items] = [await towers.embed('left'), await towers.embed('right')];
  const discount = (place) => 1 / Math.log2(place + 2);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const byHand = heldOut.map((right, user) => {
    const seen = new Set(pairs.filter(([first]) => first === user).map(([, item]) => item));
    const score = (item) =>
      sum(Array.from({ length: 8 }, (_, at) => users[user * 8 + at] * items[item * 8 + at]));
    const order = Array.from({ length: ITEMS }, (_, item) => item)
      .filter((item) => !seen.has(item))
      .sort((a, b) => score(b) - score(a));
    const places = right.map((item) => order.indexOf(item)).filter((place) => place < 5);
    const best = sum(right.slice(0, 5).map((_, place) => discount(place)));
    return [places.length / Math.min(5, right.length), sum(places.map(discount)) / best];
  });
  const given = heldOut.flatMap((list, user) => list.map((item) => [user, item]));
  const told = [];
  const found = await towers.rank(
    { heldOut: [...given.toReversed(), given[0]], k: 5 },
    { onProgress: ({ done, total }) => told.push([done, total]) },
  );
  assert.deepEqual(
    [...found.lefts],
    heldOut.map((_, user) => user),
  );
  byHand.flat().forEach((value, at) => assert.ok(Math.abs(value - found.each[at]) < 1e-6, `value ${at}`));
  assert.ok(Math.abs(found.recall - sum(byHand.map(([recall]) => recall)) / USERS) < 1e-6);
  assert.ok(Math.abs(found.ndcg - sum(byHand.map(([, ndcg]) => ndcg)) / USERS) < 1e-6);
  assert.ok(found.recall > 0.3 && found.k === 5, `by chance it would be 0.09: ${found.recall}`);
  assert.equal(found.tied, 0);
  assert.deepEqual(told, [[USERS, USERS]]);
  for (const [request, code] of [
    [{ heldOut: [] }, 'data.insufficient'],
    [{ heldOut: [[0, ITEMS]] }, 'index.out_of_range'],
    [{ heldOut: [[USERS, 0]] }, 'index.out_of_range'],
    [{ heldOut: [[0, heldOut[0][0]]], k: 0 }, 'k.out_of_range'],
    [{ heldOut: [given[0], pairs[0]] }, 'config.invalid'],
    [{ heldOut: [[0]] }, 'argument.invalid'],
    [{}, 'argument.invalid'],
    [undefined, 'argument.invalid'],
  ])
    await assert.rejects(towers.rank(request), { code }, JSON.stringify(request));
  const stopped = AbortSignal.abort();
  await assert.rejects(towers.rank({ heldOut: given }, { signal: stopped }), { code: 'call.aborted' });
  await towers.close();
});

test(
  'what cannot be trained is refused by its cause, and the lab works on',
  { timeout: 60_000 },
  async () => {
    const rows = {
      rows: [
        [1, 0],
        [0, 1],
      ],
      shape: 2,
    };
    const pairs = [
      [0, 0],
      [1, 1],
    ];
    const cases = [
      [{ left: rows, right: rows, pairs: [[0, 0]] }, 'data.insufficient'],
      [
        {
          left: rows,
          right: rows,
          pairs: [
            [0, 2],
            [1, 1],
          ],
        },
        'index.out_of_range',
      ],
      [{ left: { bags: [[5], [0]], ids: 3 }, right: rows, pairs }, 'index.out_of_range'],
      [{ left: { bags: [[[0, -1]], [0]], ids: 3 }, right: rows, pairs }, 'config.invalid'],
      [
        {
          left: {
            rows: [
              [1, NaN],
              [0, 1],
            ],
            shape: 2,
          },
          right: rows,
          pairs,
        },
        'data.not_finite',
      ],
      [{ left: { rows: [[1], [0, 1]], shape: 2 }, right: rows, pairs }, 'shape.mismatch'],
      [{ left: { ...rows, bags: [[0]] }, right: rows, pairs }, 'argument.invalid'],
      [{ left: rows, right: rows, pairs, config: { dim: 0 } }, 'config.invalid'],
      [{ left: rows, right: rows, pairs, config: { hidden: 3 } }, 'config.invalid'],
      [{ left: rows, right: rows, pairs, config: { history: true } }, 'config.invalid'],
      [{ left: rows, right: rows, pairs: 'all' }, 'argument.invalid'],
      [null, 'argument.invalid'],
    ];
    for (const [options, code] of cases)
      await assert.rejects(lab.towers(options), { name: 'MetricLabError', code }, JSON.stringify(options));
    const towers = await lab.towers({ left: rows, right: rows, pairs });
    await assert.rejects(towers.embed('left', { bags: [[0]], ids: 2 }), { code: 'config.invalid' });
    await assert.rejects(towers.embed('up'), { code: 'argument.invalid' });
    await assert.rejects(towers.advance(-1), { code: 'config.invalid' });
    assert.equal((await towers.embed('left')).length, 64);
    await towers.close();
  },
);

test('sequences of any length and rows learn one space', async () => {
  const random = chance(9);
  const rows = Array.from({ length: 80 }, () => Array.from({ length: 3 }, () => random() * 2 - 1));
  const sequences = rows.map((row) =>
    Float32Array.from(
      { length: 3 * (1 + Math.floor(random() * 4)) },
      (_, at) => row[at % 3] + 0.1 * random(),
    ),
  );
  const towers = await lab.towers({
    left: { sequences, features: 3 },
    right: { rows, shape: 3 },
    pairs: rows.slice(0, 60).map((_, at) => [at, at]),
    config: { dim: 8, batch: 30, learningRate: 0.01, left: { network: { kind: 'conv1d', channels: [8] } } },
  });
  const heldOut = rows.slice(60).map((_, at) => [60 + at, 60 + at]);
  const before = (await towers.rank({ heldOut, k: 3 })).recall;
  await towers.advance(80);
  const { recall } = await towers.rank({ heldOut, k: 3 });
  assert.ok(recall > 0.8 && before < 0.5, `Recall@3 ${before}, then ${recall}`);
  const short = [[0.5, 0.25, -0.5]];
  const alone = await towers.embed('left', { sequences: short, features: 3 });
  const both = await towers.embed('left', { sequences: [...short, sequences[0]], features: 3 });
  assert.deepEqual(Array.from(both.subarray(0, 8)), Array.from(alone));
  const refused = (samples, code) => assert.rejects(towers.embed('left', samples), { code });
  await refused({ sequences: [new Float32Array(15)], features: 3 }, 'config.invalid');
  await refused({ sequences: [[1, 2]], features: 3 }, 'shape.mismatch');
  await refused({ sequences: [[]], features: 3 }, 'data.invalid');
  await refused({ sequences: ['abc'], features: 3 }, 'argument.invalid');
  await refused({ sequences: short, features: 0 }, 'argument.invalid');
  await refused({ sequences: short, rows: [[1, 2, 3]], features: 3, shape: 3 }, 'argument.invalid');
  await towers.close();
});

test('many samples are embedded in parts, as each by itself', { timeout: 120_000 }, async () => {
  const count = 40_000;
  const { left, right, pairs } = world();
  const frames = Array.from({ length: 8 }, (_, at) =>
    Array.from({ length: 2 + 2 * at }, (_, k) => (at + k) / 9),
  );
  const spoken = await lab.towers({
    left: { sequences: frames, features: 2 },
    right: { rows: frames.map((_, at) => [at, 1]), shape: 2 },
    pairs: frames.map((_, at) => [at, at]),
    config: { dim: 8, batch: 4 },
  });
  const towers = await lab.towers({ left, right, pairs, config: CONFIG });
  const kinds = [
    [
      towers,
      'left',
      (at) => ({ bags: at.map((one) => [one % ITEMS, [(7 * one) % ITEMS, 0.5]]), ids: ITEMS }),
    ],
    [towers, 'right', (at) => ({ rows: at.map((one) => right.rows[one % ITEMS]), shape: GROUPS })],
    [spoken, 'left', (at) => ({ sequences: at.map((one) => frames[one % frames.length]), features: 2 })],
  ];
  const all = Array.from({ length: count }, (_, at) => at);
  const some = [0, 16_383, 16_384, 33_001, count - 1];
  for (const [of, end, samples] of kinds) {
    const told = [];
    const rows = await of.embed(end, samples(all), { onProgress: ({ done }) => told.push(done) });
    assert.deepEqual(told, [16_384, 32_768, count]);
    const alone = await of.embed(end, samples(some));
    const dim = of.dim;
    assert.equal(rows.length, count * dim);
    some.forEach((one, at) => {
      for (let k = 0; k < dim; k += 1)
        assert.ok(Math.abs(rows[one * dim + k] - alone[at * dim + k]) < 1e-6, `${end}: sample ${one}`);
    });
  }
  const broken = all.map((one) => (one === 20_001 ? [...right.rows[0]].fill(Number.NaN) : right.rows[0]));
  await assert.rejects(towers.embed('right', { rows: broken, shape: GROUPS }), ({ code, message }) => {
    assert.equal(code, 'data.not_finite');
    return message.includes('20001');
  });
  const stop = new AbortController();
  const stopped = towers.embed(
    'right',
    { rows: all.map(() => right.rows[0]), shape: GROUPS },
    {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    },
  );
  await assert.rejects(stopped, { code: 'call.aborted' });
});
