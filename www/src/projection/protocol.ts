import type { Near } from './graph';
import { NEAR_PER_PERPLEXITY } from './tsne';

/** The ways to draw a picture that take their time; PCA comes from the engine. */
export const METHODS = ['tsne', 'umap'] as const;
export type Method = (typeof METHODS)[number];

/** Neighbours that trustworthiness looks at. */
export const TRUST_K = 12;
/** Neighbours that are told of each point: as many as the page may show. */
export const MOST_NEAR = 24;

export interface Parameters {
  readonly perplexity: number;
  readonly neighbours: number;
  readonly minDist: number;
  readonly seed: number;
}

interface Task {
  /** Embeddings of the sample, row after row, as Euclidean distances compare them. */
  readonly rows: Float32Array;
  readonly dim: number;
}

export interface ProjectTask extends Task, Parameters {
  readonly kind: 'project';
  readonly method: Method;
  /** The neighbours that the picture is drawn by: `nearCount` of them. */
  readonly near: Near;
  /** Where the sample's points lay before: the new picture is turned to lie like that. */
  readonly reference: Float32Array;
}

export interface MeasureTask extends Task {
  readonly kind: 'measure';
  readonly xy: Float32Array;
}

export type WorkerTask = ProjectTask | MeasureTask;

export interface Projected {
  readonly kind: 'projected';
  readonly xy: Float32Array;
  readonly trust: number;
  /** The same of the first two principal components of the same points. */
  readonly pcaTrust: number;
}

export type Reply =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly xy: Float32Array }
  | Projected
  | { readonly kind: 'measured'; readonly trust: number }
  | { readonly kind: 'failed'; readonly detail: string };

/** How many neighbours of each point a picture needs. */
export function nearCount({
  method,
  perplexity,
  neighbours,
}: Pick<ProjectTask, 'method' | 'perplexity' | 'neighbours'>): number {
  return Math.max(MOST_NEAR, method === 'tsne' ? Math.ceil(NEAR_PER_PERPLEXITY * perplexity) : neighbours);
}

/** How many points a task needs at least. */
export function leastPoints(task: Pick<ProjectTask, 'method' | 'perplexity' | 'neighbours'> | null): number {
  const forTrust = Math.max(2 * TRUST_K, MOST_NEAR) + 2;
  return task ? Math.max(forTrust, nearCount(task) + 1) : forTrust;
}
