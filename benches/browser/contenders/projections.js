// Pictures in the plane, with the same settings for all: 15 neighbours and 300 rounds of UMAP, perplexity 30 and 400 rounds of t-SNE.
import { createUMAP } from '../node_modules/embedding-atlas/dist/umap.js';
import { UMAP } from 'umap-js';
import { othersOf } from '../../../www/src/projection/graph.ts';
import { nearCount } from '../../../www/src/projection/protocol.ts';
import { random } from '../page/random.js';
import { lab } from './ours.js';

const NEIGHBOURS = 15;
const MIN_DIST = 0.1;
export const UMAP_ROUNDS = 300;
const PERPLEXITY = 30;
export const TSNE_ROUNDS = 400;

const nested = ({ rows, count, dim }) =>
  Array.from({ length: count }, (_, i) => Array.from(rows.subarray(i * dim, (i + 1) * dim)));

/** A Worker's answer; `told` hears its progress. The Worker ends after its answer, or when the call is given up. */
function ask(worker, task, take) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      try {
        const answer = take(data);
        if (answer) resolve(answer);
      } catch (error) {
        reject(error);
      }
    };
    worker.onerror = (event) => reject(new Error(event.message || 'the Worker failed'));
    worker.postMessage(task);
  });
}

/** As the page draws: the engine's exact neighbours, then the page's Worker, which sends its last picture before it measures. */
export const page = (method) => ({
  name: `the page: neighbours by the CPU module, picture by its Worker`,
  project: ({ rows, dim, count }) => {
    let worker;
    let progress = '';
    let firstPicture;
    return {
      run: async () => {
        const begun = performance.now();
        const chosen = { method, perplexity: PERPLEXITY, neighbours: NEIGHBOURS, minDist: MIN_DIST, seed: 1 };
        const k = nearCount(chosen);
        const engine = await lab('cpu', navigator.hardwareConcurrency);
        const found = await engine.nearest({
          queries: rows,
          references: rows,
          dim,
          k: k + 1,
          metric: 'euclidean',
        });
        worker = new Worker(new URL('../../../www/src/projection/projection-worker.ts', import.meta.url), {
          type: 'module',
        });
        const task = {
          ...chosen,
          kind: 'project',
          rows,
          dim,
          near: othersOf(found, count, k),
          reference: new Float32Array(2 * count),
        };
        return ask(worker, task, (reply) => {
          if (reply.kind === 'failed') throw new Error(reply.detail);
          if (reply.kind !== 'progress') return null;
          // The page shows every picture that the Worker sends; the first one that rounds have moved counts.
          if (reply.done > 0) firstPicture ??= performance.now() - begun;
          progress = `${reply.done} of ${reply.total} rounds`;
          return reply.done === reply.total ? reply.xy : null;
        });
      },
      progress: () => progress,
      firstPicture: () => firstPicture,
      close: () => worker?.terminate(),
    };
  },
});

export const umapJs = {
  name: 'umap-js',
  project: (points) => {
    const umap = new UMAP({
      nNeighbors: NEIGHBOURS,
      minDist: MIN_DIST,
      nEpochs: UMAP_ROUNDS,
      random: random(1),
    });
    return {
      run: async () => Float32Array.from((await umap.fitAsync(nested(points))).flat()),
    };
  },
};

const atlas = (name, gpu) => ({
  name,
  project: ({ rows, count, dim }) => ({
    run: async () => {
      const umap = await createUMAP(count, dim, 2, rows, {
        nNeighbors: NEIGHBOURS,
        minDist: MIN_DIST,
        nEpochs: UMAP_ROUNDS,
        seed: 1,
        gpu,
      });
      await umap.run();
      const xy = Float32Array.from(umap.embedding);
      umap.destroy();
      return xy;
    },
  }),
});

export const atlasCpu = atlas('embedding-atlas', false);
export const atlasGpu = atlas('embedding-atlas, WebGPU', true);

export const bhtsne = {
  name: 'wasm-bhtsne (Barnes-Hut, threads)',
  project: (points) => {
    let worker;
    let progress = '';
    return {
      run: async () => {
        if (!globalThis.crossOriginIsolated)
          throw new Error('needs memory shared between threads, which this page was not allowed');
        worker = new Worker(new URL('./bhtsne-worker.js', import.meta.url), { type: 'module' });
        return ask(
          worker,
          {
            rows: nested(points),
            perplexity: PERPLEXITY,
            rounds: TSNE_ROUNDS,
            threads: navigator.hardwareConcurrency,
          },
          (reply) => {
            if (reply.failed) throw new Error(reply.failed);
            progress = `${reply.done} of ${TSNE_ROUNDS} rounds`;
            return reply.xy ?? null;
          },
        );
      },
      progress: () => progress,
      close: () => worker?.terminate(),
    };
  },
};
