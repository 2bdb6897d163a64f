// The types of the package say what the core reads and answers. Here every call is made and its answer compared with its type,
// field by field; and the core tells which fields it reads of each request.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { answerOf, argumentsOf, Comparison, fieldsOf, isTypedArray } from './declared.mjs';
import { isPlain, openWorld, places, put, refresh, rows } from './every-call.mjs';
import { pack } from './packed.mjs';

const KINDS = ['Lab', 'Gallery', 'Towers', 'metriclab', 'data', 'samples', 'Preview', 'Samples'];
/** Calls that end what the others are made on, or that need a network or a browser's decoders. */
const LEFT_OUT = [
  ...['Lab.dispose', 'Towers.close', 'Gallery.close', 'Gallery.erase', 'metriclab.fetchPacked'],
  ...['samples.fromImageFiles', 'samples.fromSoundFiles', 'Preview.load'],
];
/** Fields that are null or left out in every answer of a small world on the CPU in Node. */
const NEVER_SEEN = [
  'Choices.group',
  'Choices.length',
  'DatasetInfo.background',
  'DeviceInfo.adapter',
  'DeviceInfo.probe',
  'Gallery.store',
  'ObjectiveConfig.reducer',
  'OptimizerConfig.clip',
  'PackedDataset.background',
  'Preview.problem',
];

let world;
before(async () => (world = await openWorld()));
after(() => world.lab.dispose());

const split = (name) => name.split(',')[0].split('.');

/** Further calls, whose answers have parts that those of the small world lack. */
async function* more({ lab, config, gallery }) {
  await lab.loadDataset(pack({ classes: 8, count: 240 }));
  yield ['Lab.configure', await lab.configure({ ...config, unseenClasses: 4 })];
  yield ['Lab.evaluate', await lab.evaluate({ space: 'embedding', k: 3 })];
  yield ['Lab.measures', await lab.measures({ space: 'embedding' })];
  const points = Float32Array.of(0, 1, 3);
  yield ['Lab.axioms', await lab.axioms({ points, dim: 1, distance: 'squaredEuclidean' })];
  const people = ['cem', 'dee', 'eli', 'fay'];
  await gallery.add(people.flatMap((name, k) => [0, 0.1].map((off) => ({ name, vector: [k, 2 + off] }))));
  yield ['Gallery.thresholdReport', await gallery.thresholdReport({ draws: 50, pairs: 100 })];
  const strangers = [
    [3, 1],
    [0, 5],
    [7, 7],
  ];
  await gallery.setCohort(strangers);
  yield ['Gallery.query', await gallery.query([[1, 0]])];
}

test('every answer is what its type says, with nothing missing and nothing more', async () => {
  const comparison = new Comparison();
  const compare = (name, answer) =>
    assert.deepEqual(comparison.faults(answer, answerOf(...split(name)), name), []);
  for (const { name, make, call } of rows(world, KINDS)) {
    if (LEFT_OUT.includes(name.split(',')[0])) continue;
    if (name.startsWith('Gallery.') || name.startsWith('Towers.')) await refresh(world);
    for (const answer of await Promise.all(call(make()))) {
      compare(name, answer);
      answer?.dispose?.();
    }
  }
  await refresh(world);
  for await (const [name, answer] of more(world)) compare(name, answer);
  const never = [...comparison.seen].filter(([, count]) => count === 0).map(([field]) => field);
  assert.deepEqual(never.sort(), NEVER_SEEN);
});

test('a request has the fields that the core reads, and no other', async () => {
  const compared = [];
  for (const { name, make, call } of rows(world, ['Lab'])) {
    const types = argumentsOf(...split(name));
    for (const path of places(make())) {
      const own = path.reduce((value, key) => value[key], make());
      if (path.length === 0 || !isPlain(own) || Array.isArray(own)) continue;
      const given = make();
      put(given, [...path, 'zzz'], 1);
      const error = await Promise.all(call(given)).catch((thrown) => thrown);
      const told = String(error.message).match(/unknown field zzz: its fields are (.*)$/)?.[1];
      if (told === undefined) continue;
      const read = told.split(', ');
      const declared = fieldsOf(typeAt(types, path, make()), own);
      const wrong = [
        ...read.filter((field) => !declared.has(field)),
        // Arrays of numbers are read by themselves, and what tells one kind from another before the rest.
        ...[...declared]
          .filter(([field, type]) => !read.includes(field) && field !== 'kind' && !isTypedArray(type))
          .map(([field]) => field),
      ];
      assert.deepEqual(wrong, [], `${name} ${path.join('.')}`);
      compared.push(`${split(name)[1]} ${path.slice(1).join('.')}`.trim());
    }
  }
  for (const call of ['configure', 'configure loss', 'evaluate', 'nearest', 'lossOf', 'geometry', 'zones'])
    assert.ok(compared.includes(call), `${call} is compared: ${compared.join(', ')}`);
});

/** The type at a path inside the arguments. */
function typeAt(types, [first, ...rest], given) {
  let [type, value] = [types[Number(first)], given[first]];
  for (const name of rest) [type, value] = [fieldsOf(type, value).get(name), value[name]];
  return type;
}
