// Ten thousand damaged or forged files: data sets, saved sessions, saved galleries. Each is read or refused with a code;
// the engine lives, and what it accepted works. The readers of other formats have data-fuzz.test.mjs.
// METRICLAB_FUZZ_CASES=100000 tries more, METRICLAB_FUZZ_SEED says where to begin.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { ERROR_CODES, readPacked } from '../dist/node.js';
import { openWorld } from './every-call.mjs';
import { changed, randomOf } from './mutate.mjs';
import { pack } from './packed.mjs';
import { sealed, unsealed } from './sealed.mjs';

const CASES = Number(process.env.METRICLAB_FUZZ_CASES ?? 10_000);
const FIRST = Number(process.env.METRICLAB_FUZZ_SEED ?? 1);
const VAGUE = ['engine.unexpected', 'worker.crashed', 'argument.invalid'];

let world;
const faults = [];
before(async () => {
  world = await openWorld();
  world.lab.on('fault', (fault) => faults.push(fault));
});
after(() => world.lab.dispose());

const codeOf = (work) =>
  work().then(
    () => null,
    (thrown) =>
      (thrown?.code === 'ERR_ASSERTION' ? thrown.message : thrown?.code) ?? String(thrown?.stack ?? thrown),
  );
const isVague = (code) => code !== null && (!ERROR_CODES.includes(code) || VAGUE.includes(code));

/** Runs a share of the cases. `verdict(below)` returns a complaint or null. */
async function cases(share, verdict) {
  const bad = [];
  for (let seed = FIRST; seed < FIRST + CASES * share; seed += 1) {
    const told = await verdict(randomOf(seed));
    if (told !== null) bad.push(`seed ${seed}: ${told}`);
    if (faults.length > 0) bad.push(`seed ${seed}: ${faults.splice(0)[0].message}`);
    if (bad.length > 20) break;
  }
  assert.deepEqual(bad, []);
}

const PICTURES = [
  pack({ count: 12, side: 2 }),
  pack({ count: 12, side: 2, domains: ['x', 'y'] }),
  pack({ count: 12, side: 2, channels: 4, header: { type: 'f32', channels: 1, kind: 'picture' } }),
].map((bytes) => new Uint8Array(bytes));

test('data sets: the page and the engine give the same verdict', { timeout: 600_000 }, async () => {
  for (const bytes of PICTURES) readPacked(bytes);
  await cases(0.4, async (below) => {
    const bytes = new Uint8Array(changed(PICTURES[below(PICTURES.length)], below));
    const [page, engine] = [
      await codeOf(async () => readPacked(bytes)),
      await codeOf(() => world.lab.loadDataset(bytes)),
    ];
    if (isVague(page) || isVague(engine)) return `${page}, ${engine}`;
    // Gzip is unpacked by the lab only.
    return page === engine || (bytes[0] === 0x1f && bytes[1] === 0x8b)
      ? null
      : `page ${page}, engine ${engine}`;
  });
  await world.lab.loadDataset(pack());
  await world.lab.configure(world.config);
});

test('saved files: whatever is changed is noticed', { timeout: 600_000 }, async () => {
  const files = { restore: world.state, loadGallery: world.file };
  await cases(0.3, async (below) => {
    const method = ['restore', 'loadGallery'][below(2)];
    const bytes = new Uint8Array(changed(files[method], below));
    const same = Buffer.compare(bytes, files[method]) === 0;
    let opened = null;
    const code = await codeOf(async () => (opened = await world.lab[method](bytes)));
    await opened?.close?.();
    if (isVague(code)) return code;
    return code !== null || same || isHarmless(bytes, files[method])
      ? null
      : `${method} accepts what was changed`;
  });
});

/** Text and tensors are as they were: what changed was a space, or the order of the header. */
function isHarmless(bytes, original) {
  const content = (file) => {
    const { checksum, text, tensors } = unsealed(file);
    return [
      checksum,
      text,
      tensors.map(({ name, shape, data }) => [name, shape, data.toString('hex')]).sort(),
    ];
  };
  try {
    assert.deepEqual(content(bytes), content(original));
    return true;
  } catch {
    return false;
  }
}

const JSON_VALUES = [
  null,
  true,
  -1,
  0,
  0.5,
  1e9,
  2 ** 53,
  1e300,
  '',
  '<img src=x onerror=alert(1)>',
  '__proto__',
  [],
  {},
  [[]],
  [1, 2, 3],
  'x'.repeat(3000),
  { kind: 'triplet' },
];

/** JSON with one of its places changed. Whole numbers of 64 bits keep their digits. */
function forgedText(text, below) {
  const json = JSON.parse(text.replace(/\b(\d{16,})\b/g, '"#$1"'));
  const all = [];
  const walk = (value, holder, key) => {
    if (holder) all.push([holder, key]);
    if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(inner, value, name);
  };
  walk(json);
  const [holder, key] = all[below(all.length)];
  if (below(8) === 0 && !Array.isArray(holder)) delete holder[key];
  else holder[key] = JSON_VALUES[below(JSON_VALUES.length)];
  return JSON.stringify(json).replace(/"#(\d+)"/g, '$1');
}

const FLOATS = [NaN, Infinity, -Infinity, 3.4e38, -3.4e38, 3e17, -1, 1e-45, 0];
const TENSOR_CHANGES = [
  ({ data }, below) =>
    data.length >= 4 && data.writeFloatLE(FLOATS[below(FLOATS.length)], 4 * below(data.length / 4)),
  (tensor) => tensor.shape.reverse(),
  (tensor) => (tensor.shape = [1, ...tensor.shape]),
  (tensor) => (tensor.name += '.more'),
  (tensor, below, all) => all.splice(all.indexOf(tensor), 1),
  (tensor, _, all) => all.push({ ...tensor, name: `${tensor.name}2` }),
  (tensor, below) => {
    const count = below(4);
    tensor.data = Buffer.alloc(4 * count);
    tensor.shape = [count];
  },
];

function forged(parts, below) {
  const made = structuredClone({ ...parts, tensors: [] });
  made.tensors = parts.tensors.map(({ name, shape, data }) => ({
    name,
    shape: [...shape],
    data: Buffer.from(data),
  }));
  if (below(2) === 0) made.text = forgedText(made.text, below);
  else
    TENSOR_CHANGES[below(TENSOR_CHANGES.length)](
      made.tensors[below(made.tensors.length)],
      below,
      made.tensors,
    );
  return sealed(made);
}

test(
  'forged files with a right checksum: refused, or what they hold works',
  { timeout: 600_000 },
  async () => {
    await world.lab.restore(world.state);
    await world.lab.advance(2);
    const state = unsealed(await world.lab.save());
    const gallery = unsealed(world.file);
    assert.deepEqual(
      sealed(gallery).length,
      world.file.length,
      'the file is written as the engine writes it',
    );
    await world.lab.restore(sealed(state));
    await cases(0.3, async (below) => {
      if (below(3) === 0) return galleryVerdict(forged(gallery, below));
      const code = await codeOf(() => world.lab.restore(forged(state, below)));
      if (code !== null) return isVague(code) ? code : null;
      const later = await codeOf(async () => {
        await world.lab.advance(1);
        const rows = await world.lab.embeddings();
        assert.ok(rows.every(Number.isFinite), 'an embedding is not finite');
      });
      return isVague(later) ? `after it: ${later}` : null;
    });
  },
);

async function galleryVerdict(bytes) {
  let gallery;
  const code = await codeOf(async () => (gallery = await world.lab.loadGallery(bytes)));
  if (code !== null) return isVague(code) ? code : null;
  const later = await codeOf(async () => {
    const found = await gallery.query(new Float32Array(gallery.dim), { k: 1 });
    assert.ok(
      found.every(({ hits }) => hits.every(({ distance }) => Number.isFinite(distance))),
      'a distance is not finite',
    );
    await gallery.add({ name: 'new', vector: new Float32Array(gallery.dim) });
    await gallery.close();
  });
  return isVague(later) ? `after it: ${later}` : null;
}
