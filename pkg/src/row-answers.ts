import { MetricLabError } from './errors.js';
import type { Answer } from './protocol.js';

/** Calls on rows whose queries know nothing of each other, so that parts of the queries make parts of the answer. */
export type RowCall = 'nearest' | 'distances';
export const isRowCall = (method: string): method is RowCall =>
  method === 'nearest' || method === 'distances';

export interface Rows {
  readonly queries: Float32Array;
  readonly references: Float32Array;
  readonly dim: number;
  readonly k?: unknown;
}

/** The engine refuses larger answers. */
const ANSWER_BYTES = 1024 * 1024 * 1024;

/** Sizes of such a call and of its answer. */
export interface RowShape {
  readonly n: number;
  readonly m: number;
  /** Numbers of the answer to a query. */
  readonly width: number;
  /** Bytes of the answer to a query. */
  readonly bytes: number;
}

/** The sizes, or null for a malformed request or one too large, which are for the engine to refuse. */
export function shapeOf(method: RowCall, { queries, references, dim, k }: Rows): RowShape | null {
  if (!isCount(dim)) return null;
  const [n, m] = [queries.length / dim, references.length / dim];
  const width = method === 'nearest' ? k : m;
  if (!isCount(n) || !isCount(m) || !isCount(width) || width > m) return null;
  const bytes = width * (method === 'nearest' ? 8 : 4);
  return n * bytes > ANSWER_BYTES ? null : { n, m, width, bytes };
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

/** The engine's answer to a part of the queries, or to all. */
export type RowAnswer = Answer<RowCall>;

/** The whole answer, put together from parts. */
export class WholeAnswer {
  readonly #width: number;
  readonly #distances: Float32Array<ArrayBuffer>;
  readonly #indices: Uint32Array<ArrayBuffer> | null;

  /** @throws MetricLabError `data.too_large` where the browser has no room for it. */
  constructor(method: RowCall, { n, width }: RowShape) {
    this.#width = width;
    this.#distances = room(Float32Array, n * width);
    this.#indices = method === 'nearest' ? room(Uint32Array, n * width) : null;
  }

  put(from: number, answer: RowAnswer): void {
    const at = from * this.#width;
    if (answer instanceof Float32Array) this.#distances.set(answer, at);
    else {
      this.#distances.set(answer.distances, at);
      this.#indices?.set(answer.indices, at);
    }
  }

  get value(): RowAnswer {
    return this.#indices
      ? { indices: this.#indices, distances: this.#distances, k: this.#width }
      : this.#distances;
  }
}

/** An array for an answer, or `data.too_large` where the browser has no room for it. */
export function room<T>(kind: new (length: number) => T, length: number): T {
  try {
    return new kind(length);
  } catch (cause) {
    throw new MetricLabError(
      'data.too_large',
      `The browser has no memory for an answer of ${length} numbers.`,
      {
        cause,
      },
    );
  }
}
