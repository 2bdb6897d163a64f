// Indexes that answer approximately: building and all queries are one measurement, as an exact search needs no index.
import { createNNDescent } from '../node_modules/embedding-atlas/dist/umap.js';
import initEdgevec, { EdgeVec, EdgeVecConfig } from 'edgevec';
import edgevecUrl from 'edgevec/edgevec_bg.wasm?url';
import { loadHnswlib } from 'hnswlib-wasm';
import { queryAt } from '../page/points.js';

const M = 16;
const EF_CONSTRUCTION = 100;
const EF_SEARCH = 50;

const rowsOf = ({ rows, count, dim }) =>
  Array.from({ length: count }, (_, i) => rows.subarray(i * dim, (i + 1) * dim));

export const hnswlib = {
  name: `hnswlib-wasm (M ${M}, ef ${EF_CONSTRUCTION}/${EF_SEARCH})`,
  nearest: async (points, k) => {
    const library = await loadHnswlib();
    return {
      run: async () => {
        const index = new library.HierarchicalNSW('l2', points.dim, '');
        index.initIndex(points.count, M, EF_CONSTRUCTION, 1);
        const rows = rowsOf(points);
        index.addItems(rows, false);
        index.setEfSearch(EF_SEARCH);
        const indices = new Uint32Array(points.count * k);
        rows.forEach((row, i) => indices.set(index.searchKnn(row, k, undefined).neighbors, i * k));
        index.delete?.();
        return { indices };
      },
    };
  },
};

let edgevecReady;

function edgevec(name, flat) {
  const configOf = (dim) => {
    const config = new EdgeVecConfig(dim);
    config.metric = 'l2';
    if (flat) config.indexType = 0;
    else {
      config.m = M;
      config.m0 = 2 * M;
      config.ef_construction = EF_CONSTRUCTION;
      config.ef_search = EF_SEARCH;
    }
    return config;
  };
  return {
    name,
    query: async (points, k) => {
      await (edgevecReady ??= initEdgevec({ module_or_path: edgevecUrl }));
      const index = new EdgeVec(configOf(points.dim));
      const rows = rowsOf(points);
      const ids = index.insertBatchFlat(points.rows, points.count);
      let next = 0;
      return {
        run: async () => {
          const query = queryAt(next++, points.count);
          return { index: query, found: index.search(rows[query], k).map(({ id }) => id - ids[0]) };
        },
        close: () => index.free(),
      };
    },
    nearest: async (points, k) => {
      await (edgevecReady ??= initEdgevec({ module_or_path: edgevecUrl }));
      return {
        run: async () => {
          const index = new EdgeVec(configOf(points.dim));
          const rows = rowsOf(points);
          // The flat index takes no batches.
          const ids = flat
            ? rows.map((row) => index.insert(row))
            : index.insertBatchFlat(points.rows, points.count);
          const indices = new Uint32Array(points.count * k);
          rows.forEach((row, i) =>
            indices.set(
              index.search(row, k).map(({ id }) => id - ids[0]),
              i * k,
            ),
          );
          index.free();
          return { indices };
        },
      };
    },
  };
}

export const edgevecHnsw = edgevec(`edgevec HNSW (M ${M}, ef ${EF_CONSTRUCTION}/${EF_SEARCH})`, false);
export const edgevecFlat = edgevec('edgevec flat (exact)', true);

function nnDescent(name, gpu) {
  return {
    name,
    nearest: ({ rows, count, dim }, k) => ({
      run: async () => {
        // A point is not among its own neighbours here, so it is put first.
        const index = await createNNDescent(count, dim, rows, { nNeighbors: k, seed: 1, gpu });
        const indices = new Uint32Array(count * k);
        for (let i = 0; i < count; i++) {
          const others = index.queryByIndex(i, k).indices.filter((other) => other !== i);
          indices.set([i, ...others.subarray(0, k - 1)], i * k);
        }
        index.destroy();
        return { indices };
      },
    }),
  };
}

export const atlasCpu = nnDescent('embedding-atlas NN-descent', false);
export const atlasGpu = nnDescent('embedding-atlas NN-descent, WebGPU', true);
