import type * as Druid from '@saehrimnir/druidjs';
import { alignTo } from './alignment';
import { nearestOfAll, trustworthiness, type Points } from './neighbourhoods';
import {
  leastPoints,
  MOST_NEAR,
  TRUST_K,
  type Failure,
  type MeasureTask,
  type ProjectTask,
  type Reply,
  type WorkerTask,
} from './protocol';

type Library = Pick<typeof Druid, 'Matrix' | 'PCA' | 'TSNE' | 'UMAP'>;

const ROUNDS = { tsne: 400, umap: 300 } as const;
/** Spread of the start, which is the picture by PCA: t-SNE begins next to nothing, UMAP with about its final size. */
const START = { tsne: 1e-4, umap: 5 } as const;
/** A picture on the way is sent at most this often. */
const TELL_MS = 250;

interface Scope {
  postMessage(reply: Reply, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<WorkerTask>) => void): void;
}
const scope = self as unknown as Scope;

class Failed extends Error {
  readonly reason: Failure;

  constructor(reason: Failure, message: string) {
    super(message);
    this.reason = reason;
  }
}

function tell(reply: Reply): void {
  const parts = Object.values(reply).filter((part) => ArrayBuffer.isView(part));
  scope.postMessage(
    reply,
    parts.map(({ buffer }) => buffer as ArrayBuffer),
  );
}

/** The library, as a file of its own: it comes when it is first needed, and the bundler leaves out what is not named here. */
async function library(): Promise<Library> {
  try {
    const { Matrix, PCA, TSNE, UMAP } = await import('@saehrimnir/druidjs');
    return { Matrix, PCA, TSNE, UMAP };
  } catch (cause) {
    throw new Failed('library', String(cause));
  }
}

/** Where only directions count, every row is taken to length 1: the nearest by angle are then the nearest by distance. */
function pointsOf({ rows, dim, directions }: WorkerTask): Points {
  if (!directions) return { rows, dim };
  const scaled = Float32Array.from(rows);
  for (let i = 0; i < scaled.length; i += dim) {
    const row = scaled.subarray(i, i + dim);
    const length = Math.hypot(...row) || 1;
    for (const [d, value] of row.entries()) row[d] = value / length;
  }
  return { rows: scaled, dim };
}

function check({ rows, dim }: Points, least: number): void {
  const count = rows.length / dim;
  if (count < least) throw new Failed('few', `${count} points, ${least} needed`);
  if (!rows.every(Number.isFinite))
    throw new Failed('unexpected', 'the embeddings hold values that are not numbers');
}

function flat(places: readonly ArrayLike<number>[]): Float32Array<ArrayBuffer> {
  return Float32Array.from(places.flatMap((place) => [place[0] ?? NaN, place[1] ?? NaN]));
}

function pca({ PCA }: Library, rows: number[][], seed: number): Float32Array<ArrayBuffer> {
  const xy = flat(PCA.transform(rows, { d: 2, seed }));
  // The sign of an axis means nothing: the same one always, so that the same points give the same picture.
  for (const axis of [0, 1]) {
    const side = xy.reduce((sum, value, i) => (i % 2 === axis ? sum + value ** 3 : sum), 0);
    if (side < 0) for (let i = axis; i < xy.length; i += 2) xy[i] = -(xy[i] ?? 0);
  }
  return xy;
}

function startFrom(xy: Float32Array, spread: number): number[][] {
  const size = Math.sqrt(xy.reduce((sum, value) => sum + value * value, 0) / xy.length) || 1;
  return Array.from({ length: xy.length / 2 }, (_, i) => [
    ((xy[2 * i] ?? 0) / size) * spread,
    ((xy[2 * i + 1] ?? 0) / size) * spread,
  ]);
}

function engine(
  { TSNE, UMAP }: Library,
  rows: number[][],
  { method, perplexity, neighbours, minDist, seed }: ProjectTask,
) {
  if (method === 'umap')
    return new UMAP(rows, { d: 2, seed, n_neighbors: neighbours, min_dist: minDist, _n_epochs: ROUNDS.umap });
  // The step grows with the number of points: too small a one leaves a ball (Belkina et al. 2019).
  return new TSNE(rows, { d: 2, seed, perplexity, epsilon: Math.max(50, rows.length / 48) });
}

async function project(task: ProjectTask): Promise<void> {
  const points = pointsOf(task);
  check(points, leastPoints(task));
  const druid = await library();
  const { dim } = points;
  const rows = Array.from({ length: points.rows.length / dim }, (_, i) =>
    Array.from(points.rows.subarray(i * dim, (i + 1) * dim)),
  );
  const first = pca(druid, rows, task.seed);
  const total = ROUNDS[task.method];
  tell({ kind: 'progress', done: 0, total, xy: alignTo(first, task.reference) });
  const run = engine(druid, rows, task);
  run.Y = druid.Matrix.from(startFrom(first, START[task.method]));
  let [done, told, xy] = [0, performance.now(), first];
  for (const places of run.generator(total)) {
    done += 1;
    if (done < total && performance.now() - told < TELL_MS) continue;
    told = performance.now();
    xy = alignTo(flat(places), task.reference);
    if (!xy.every(Number.isFinite))
      throw new Failed('unexpected', `${task.method} left the numbers in round ${done}`);
    tell({ kind: 'progress', done, total, xy: Float32Array.from(xy) });
  }
  const near = nearestOfAll(points, MOST_NEAR);
  const [trust, pcaTrust] = [xy, first].map((picture) =>
    trustworthiness(points, { rows: picture, dim: 2 }, TRUST_K),
  );
  tell({ kind: 'projected', xy, near, trust: trust ?? NaN, pcaTrust: pcaTrust ?? NaN });
}

function measure(task: MeasureTask): void {
  const points = pointsOf(task);
  check(points, leastPoints(null));
  tell({ kind: 'measured', trust: trustworthiness(points, { rows: task.xy, dim: 2 }, TRUST_K) });
}

scope.addEventListener('message', ({ data: task }) => {
  const work = async (): Promise<void> => {
    if (task.kind === 'project') await project(task);
    else measure(task);
  };
  work().catch((error: unknown) => {
    const reason = error instanceof Failed ? error.reason : 'unexpected';
    tell({ kind: 'failed', reason, detail: error instanceof Error ? error.message : String(error) });
  });
});
