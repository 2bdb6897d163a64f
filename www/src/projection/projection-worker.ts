import { alignTo } from './alignment';
import { trustworthiness, type Points } from './neighbourhoods';
import { firstOf } from './graph';
import { principal } from './principal';
import { TRUST_K, type MeasureTask, type ProjectTask, type Reply, type WorkerTask } from './protocol';
import { jittered } from './sample';
import { Tsne } from './tsne';
import { Umap } from './umap';

const ROUNDS = { tsne: 400, umap: 300 } as const;
/** Spread of the start, which is the picture by PCA: t-SNE begins next to nothing, UMAP with about its final size. */
const START = { tsne: 1e-4, umap: 5 } as const;
/** A picture on the way is sent at most this often. */
const TELL_MS = 250;
/** Points whose ranks are counted; the ranks themselves are among all points. */
const TRUST_POINTS = 1000;

interface Scope {
  postMessage(reply: Reply, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<WorkerTask>) => void): void;
}
const scope = self as unknown as Scope;

function tell(reply: Reply): void {
  const parts = Object.values(reply).filter((part) => ArrayBuffer.isView(part));
  scope.postMessage(
    reply,
    parts.map(({ buffer }) => buffer as ArrayBuffer),
  );
}

/** A picture that rounds change. */
function layoutOf(task: ProjectTask, first: Float32Array, rounds: number): Umap | Tsne {
  const { method, near, perplexity, neighbours, minDist, seed } = task;
  const start = jittered(first, START[method], seed);
  return method === 'umap'
    ? new Umap(firstOf(near, neighbours), start, { minDist, rounds, seed })
    : new Tsne(near, start, { perplexity, rounds });
}

function project(task: ProjectTask): void {
  const total = ROUNDS[task.method];
  const first = principal(task);
  tell({ kind: 'progress', done: 0, total, xy: alignTo(first, task.reference) });
  const layout = layoutOf(task, first, total);
  let told = performance.now();
  for (let done = 1; done <= total; done++) {
    layout.round();
    if (done < total && performance.now() - told < TELL_MS) continue;
    told = performance.now();
    if (!layout.xy.every(Number.isFinite))
      throw new Error(`${task.method} left the numbers in round ${done}`);
    tell({ kind: 'progress', done, total, xy: alignTo(layout.xy, task.reference) });
  }
  const xy = alignTo(layout.xy, task.reference);
  tell({ kind: 'projected', xy, trust: trustOf(task, xy), pcaTrust: trustOf(task, first) });
}

function trustOf({ rows, dim }: Points, xy: Float32Array): number {
  return trustworthiness({ rows, dim }, { rows: xy, dim: 2 }, TRUST_K, TRUST_POINTS);
}

function measure(task: MeasureTask): void {
  tell({ kind: 'measured', trust: trustOf(task, task.xy) });
}

scope.addEventListener('message', ({ data: task }) => {
  try {
    if (task.kind === 'project') project(task);
    else measure(task);
  } catch (error) {
    tell({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) });
  }
});
