// Runs in the page, served next to the package: trials of questions that broke other tools, on `globalThis.lab`. Each export gives
// what the lab said.
import { pack } from './packed.js';

const SIDE = 2;
const SMALL = {
  network: { kind: 'mlp', hidden: [4] },
  embedding: { dim: 2, normalize: true },
  batch: { classes: 2, perClass: 2 },
  augment: { shift: 0 },
};

/** A data set of two classes with these labels and pixels. */
function file(labels, pixels) {
  const bytes = new Uint8Array(pack({ count: labels.length, classes: 2, side: SIDE }));
  const pixelsAt = 12 + new DataView(bytes.buffer).getUint32(8, true);
  bytes.set(pixels, pixelsAt);
  const labelsAt = pixelsAt + labels.length * SIDE ** 2;
  labels.forEach((label, at) => bytes.set([label, 0], labelsAt + 2 * at));
  return bytes;
}

async function small(bytes, changes = {}) {
  const { lab } = globalThis;
  await lab.loadDataset(bytes);
  await lab.configure({ ...(await lab.defaults()), ...SMALL, ...changes });
}

const told = ({ code, message }) => `${code} ${message}`;

/** Numbers that overflow or vanish when they are squared, or raised to a high power. */
export async function rows() {
  const { lab } = globalThis;
  const request = (queries, references, dim, metric) => ({
    queries: Float32Array.from(queries),
    references: Float32Array.from(references),
    ...{ dim, metric, on: 'device' },
  });
  const nearest = async (...given) => {
    const { indices, distances } = await lab.nearest({ ...request(...given), k: 1 });
    return [indices[0], distances[0]];
  };
  const distances = async (...given) => Array.from(await lab.distances(request(...given)));
  return {
    highPower: await nearest([0, 0], [1000, 1000, 10, 10], 2, { minkowski: { p: 64 } }),
    smallPower: await distances([0, 0], [0.1, 0.1], 2, { minkowski: { p: 46 } }),
    sentinel: await nearest([0], [1, 0.5, -3.4028235e38], 1, 'euclidean'),
    farApart: await distances([0], [0.003, 1e20], 1, 'euclidean'),
    tiny: await distances([1e-25], [3e-25, 1], 1, 'euclidean'),
  };
}

/** The scores of pictures that are all empty, for two orders of one file. */
export async function ties() {
  const scores = [];
  for (const labels of [
    [0, 0, 0, 1, 1, 1],
    [0, 1, 0, 1, 0, 1],
  ]) {
    await small(file(labels, new Uint8Array(6 * SIDE ** 2)), { unseenClasses: 0 });
    const { seen } = await globalThis.lab.evaluate({ space: 'raw', k: 1 });
    scores.push([seen.queries, seen.tiedQueries, seen.recallAt1]);
  }
  return scores;
}

/** The tensors of a saved session, and a writer of such files. */
function opened(state) {
  const length = Number(new DataView(state.buffer, state.byteOffset).getBigUint64(0, true));
  const text = new TextDecoder().decode(state.subarray(8, 8 + length));
  const { __metadata__, ...tensors } = JSON.parse(text);
  const data = state.subarray(8 + length);
  const part = ([name, { dtype, shape, data_offsets }]) => ({
    ...{ name, dtype, shape },
    data: data.slice(...data_offsets),
  });
  return { metadata: { __metadata__ }, parts: Object.entries(tensors).map(part) };
}

function written(metadata, parts, padding = 0x20) {
  const header = { ...metadata };
  let end = 0;
  for (const { name, dtype, shape, data } of parts)
    header[name] = { dtype, shape, data_offsets: [end, (end += data.length)] };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const front = 8 + 8 * Math.ceil((json.length + 1) / 8);
  const bytes = new Uint8Array(front + end).fill(padding, 8, front);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(front - 8), true);
  bytes.set(json, 8);
  let at = front;
  for (const { data } of parts) {
    bytes.set(data, at);
    at += data.length;
  }
  return bytes;
}

/** A saved session as other tools would write it again: the losses after it, or why it is refused. */
export async function rewritten() {
  const { lab } = globalThis;
  await small(pack({ count: 40, classes: 4 }), { unseenClasses: 0 });
  const { metadata, parts } = opened(await lab.save());
  const { losses } = await lab.advance(5);
  const double = ({ data, ...part }) => {
    const numbers = Float64Array.from(new Float32Array(data.buffer));
    return { ...part, dtype: 'F64', data: new Uint8Array(numbers.buffer) };
  };
  const sorted = [...parts].sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = {
    double: written(metadata, parts.map(double)),
    bare: written({}, parts),
    padded: written(metadata, parts, 0),
    sorted: written(metadata, sorted),
    reversed: written(metadata, sorted.reverse()),
  };
  const found = { losses: [...losses] };
  for (const [name, bytes] of Object.entries(files))
    found[name] = await lab.restore(bytes).then(async () => [...(await lab.advance(5)).losses], told);
  return found;
}

/** A saved session on data of the same name and size whose samples are in another order. */
export async function otherData() {
  const { lab } = globalThis;
  const pixels = Uint8Array.from({ length: 40 * SIDE ** 2 }, (_, at) => (at * 37) % 251);
  const labels = Array.from({ length: 40 }, (_, at) => Number(at >= 20));
  const turned = Array.from({ length: 40 }, (_, at) => [...pixels.subarray(156 - 4 * at, 160 - 4 * at)]);
  await small(file(labels, pixels), { unseenClasses: 0 });
  await lab.advance(5);
  const state = await lab.save();
  await lab.loadDataset(file([...labels].reverse(), turned.flat()));
  const refused = await lab.restore(state).then(() => 'restored', told);
  await lab.loadDataset(file(labels, pixels));
  return { refused, own: (await lab.restore(state)).step };
}

/** A batch of 2,048 rows, whose triplets are too many, and the session's losses without and after it. */
export async function largeBatch() {
  const { lab } = globalThis;
  await small(pack({ count: 40, classes: 4 }), { unseenClasses: 0 });
  const count = 2_048;
  const state = await lab.save();
  const { losses: wanted } = await lab.advance(3);
  await lab.restore(state);
  const request = {
    embeddings: Float32Array.from({ length: 2 * count }, (_, at) => Number((at >> 1) % 2 === (at & 1))),
    dim: 2,
    labels: Uint16Array.from({ length: count }, (_, at) => at % 2),
    loss: { kind: 'triplet', margin: 0.2, swap: false, smooth: false },
    distance: 'euclidean',
    normalize: false,
    learned: new Float32Array(),
  };
  const verdict = await lab.lossOf(request).then(
    () => 'answered',
    ({ code }) => code,
  );
  const { losses } = await lab.advance(3);
  return { verdict, wanted: [...wanted], losses: [...losses] };
}
