import type { BatchView, Lab, PackedDataset, SessionConfig } from 'metriclab';
import { pixelsOf } from '../../state/pixels';
import type { Flow, Table } from './table';

/** Where a table's numbers come from: a session with its data, and an engine for distances. */
export interface Source {
  readonly set: PackedDataset;
  readonly config: SessionConfig;
  /** The rows of some samples, and the step that they are of. */
  readonly rows: (ids: ArrayLike<number>) => Promise<{ readonly rows: Float32Array; readonly step: number }>;
  readonly engine: Lab;
}

/** The distances of a batch, with the triplets that were mined from it. */
export async function batchTable(source: Source, batch: BatchView): Promise<Table> {
  const { step, indices: ids, labels, distances: learned, similarity, triplets, counts } = batch;
  const [raw, flow] = await Promise.all([rawDistances(source, ids), flowIn(source, batch)]);
  return { step, ids, labels, learned, raw, similarity, triplets, counts, flow };
}

/** The distances of some samples, which lie class by class. */
export async function sampleTable(
  source: Source,
  ids: readonly number[],
  similarity: boolean,
): Promise<Table> {
  const { set, config, engine } = source;
  const [{ rows, step }, raw] = await Promise.all([source.rows(ids), rawDistances(source, ids)]);
  const labels = ids.map((id) => set.labels[id] ?? 0);
  const dim = rows.length / ids.length;
  const asked = { queries: rows, references: rows, dim };
  const learned = await engine.distances({ ...asked, metric: config.distance });
  return {
    step,
    ids,
    labels,
    learned,
    raw,
    similarity,
    triplets: new Uint32Array(),
    counts: null,
    flow: null,
  };
}

function rawDistances({ set, engine }: Source, ids: ArrayLike<number>): Promise<Float32Array> {
  const rows = Float32Array.from(pixelsOf(set, Array.from(ids)), (value) => value / 255);
  return engine.distances({
    queries: rows,
    references: rows,
    dim: rows.length / ids.length,
    metric: 'euclidean',
  });
}

/** The effect of the loss's gradient on each pair; null while steps come between, and for losses with parameters. */
async function flowIn(source: Source, batch: BatchView): Promise<Flow | null> {
  const { loss, distance, miner, embedding } = source.config;
  try {
    const { rows, step } = await source.rows(batch.indices);
    if (step !== batch.step) return null;
    const { gradient } = await source.engine.lossOf({
      embeddings: rows,
      dim: embedding.dim,
      labels: batch.labels,
      loss,
      distance,
      miner,
      normalize: embedding.normalize,
      learned: new Float32Array(),
    });
    return { rows, gradient, dim: embedding.dim };
  } catch {
    return null;
  }
}
