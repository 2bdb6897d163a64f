import { atlasCpu, atlasGpu, edgevecFlat, edgevecHnsw, hnswlib } from '../contenders/approximate.js';
import { jaxWasm, jaxWebgpu } from '../contenders/jax.js';
import { oursCores, oursCpu, oursFastest, oursGpu } from '../contenders/ours.js';
import { plain, scan } from '../contenders/plain.js';
import { tfjsWasm, tfjsWebgl, tfjsWebgpu } from '../contenders/tfjs.js';
import { watchBuffers } from '../page/buffers.js';
import { points } from '../page/points.js';
import { matrixError, recall, recallOf } from '../page/truth.js';

export const K = 10;
const ALL = [oursCpu, oursGpu, oursFastest, ...plain, tfjsWasm, tfjsWebgl, tfjsWebgpu, jaxWasm, jaxWebgpu];
const SIZES = [
  [1024, 128],
  [1024, 32],
  [1024, 512],
  [4096, 128],
  [4096, 32],
  [4096, 512],
  [16384, 128],
];
/** Time limit of a call in seconds: minutes at the size that a goal names, less at other sizes. */
const LIMITS = { 'kNN n=4096 d=128': 240, 'distances n=16384 d=128': 90, 'kNN n=16384 d=128': 90 };
const LIMIT = 25;
/** Measuring time of a contender in seconds where no goal names the size. */
const BUDGET = 5;
const NAMED = new Set([
  'distances n=1024 d=128',
  'kNN n=1024 d=128',
  'kNN n=4096 d=128',
  'approximate kNN n=4096 d=128',
]);

function job(family, n, d, contenders, check, more = {}) {
  const name = `${family} n=${n} d=${d}`;
  return {
    name,
    family,
    n,
    d,
    limit: LIMITS[name] ?? LIMIT,
    budget: NAMED.has(name) ? undefined : BUDGET,
    quick: n === 1024,
    contenders,
    check,
    ...more,
  };
}

const nearestBy = (contenders, n, d) =>
  contenders.map(({ name, nearest }) => ({ name, open: () => nearest(points(n, d), K) }));

const checkNearest =
  (n, d) =>
  ({ indices }, row) => {
    row.recall = recall(points(n, d), K, (i) => indices.subarray(i * K, (i + 1) * K), n > 4096 ? 128 : 256);
  };

export const distances = SIZES.map(([n, d]) =>
  job(
    'distances',
    n,
    d,
    ALL.map(({ name, distances: open }) => ({ name, open: () => open(points(n, d)) })),
    (matrix, row) => {
      if (matrix.length !== n * n) throw new Error(`${matrix.length} numbers`);
      const { error, diagonal } = matrixError(points(n, d), matrix);
      row.error64 = error;
      row.diagonal = diagonal;
    },
  ),
);

export const neighbours = SIZES.map(([n, d]) => job('kNN', n, d, nearestBy(ALL, n, d), checkNearest(n, d)));

const INDEXES = [oursCpu, oursGpu, plain[0], hnswlib, edgevecHnsw, edgevecFlat, atlasCpu, atlasGpu];

export const approximate = [
  job('approximate kNN', 1024, 128, nearestBy(INDEXES, 1024, 128), checkNearest(1024, 128)),
  job('approximate kNN', 4096, 128, nearestBy(INDEXES, 4096, 128), checkNearest(4096, 128), { quick: false }),
];

/** From a call to its answer, with rows that are prepared. The flat index of edgevec takes no floats, and its HNSW takes minutes. */
export const queries = [20_000, 100_000].map((n) =>
  job(
    'one query',
    n,
    64,
    (n > 20_000 ? [oursCpu, scan] : [oursCpu, scan, edgevecHnsw]).map(({ name, query }) => ({
      name,
      open: () => query(points(n, 64), K),
    })),
    ({ index, found }, row) => {
      row.recall = recallOf(points(n, 64), K, index, found);
    },
    { limit: 60, quick: false },
  ),
);

/** One call only: the question is whether it finishes and with how much memory. Two sizes show how memory grows. */
export const atScale = [16384, 65536].map((n) => {
  const watched = watchBuffers();
  return job(
    'kNN at scale',
    n,
    64,
    nearestBy([oursCpu, oursCores, oursFastest, oursGpu], n, 64).map(({ name, open }) => ({
      name,
      open: async () => {
        const task = await open();
        return {
          ...task,
          before: () => watched.begin(),
          // Reports on buffers come through a channel of their own, sometimes after the answer.
          after: async () => (await new Promise((resolve) => setTimeout(resolve, 200)), task.after()),
        };
      },
    })),
    async (result, row) => {
      checkNearest(n, 64)(result, row);
      if (row.contender === oursGpu.name) Object.assign(row, { buffers: watched.seen() });
    },
    { limit: 900, once: true, quick: false },
  );
});
