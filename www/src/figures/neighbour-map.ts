/** Effective number of neighbours of each point. */
const PERPLEXITY = 9;
const RATE = 12;
const MOMENTUM = 0.75;
/** No point moves further in one round, so that a change of the embedding never tears the map apart. */
const LONGEST_MOVE = 1.5;

/**
 * A live t-SNE (van der Maaten and Hinton 2008) of a few hundred rows: `follow` gives it the embedding of one step, `round`
 * moves the points once. It starts from fixed places, so that equal rows and rounds give equal maps.
 */
export class NeighbourMap {
  readonly #places = new Map<number, [number, number]>();
  #ids: readonly number[] = [];
  #xy: Float64Array = new Float64Array();
  #velocity: Float64Array = new Float64Array();
  /** Joint probabilities, n x n. */
  #near: Float64Array = new Float64Array();
  /** What is left to do until they are there. */
  #work: Generator<undefined, Float64Array> | null = null;

  /** Points of the map, x0 y0 x1 y1 …, in the order of `ids`. */
  get xy(): Float64Array {
    return this.#xy;
  }

  get ids(): readonly number[] {
    return this.#ids;
  }

  /** Puts points where they were seen before; the first rows are laid out from there. */
  begin(ids: readonly number[], xy: Float64Array): void {
    [this.#ids, this.#xy] = [ids, Float64Array.from(xy)];
  }

  /** Takes unit rows of one step, n x dim. Points that were there stay where they are; new ones enter at the right. */
  follow(ids: readonly number[], unit: Float32Array, dim: number): void {
    this.#ids.forEach((id, k) => this.#places.set(id, [this.#xy[2 * k] ?? 0, this.#xy[2 * k + 1] ?? 0]));
    const first = this.#ids.length === 0;
    const right = this.#xy.reduce((most, value, k) => (k % 2 === 0 ? Math.max(most, value) : most), 0);
    this.#xy = new Float64Array(2 * ids.length);
    this.#velocity = new Float64Array(2 * ids.length);
    ids.forEach((id, k) => {
      const [u, v] = [(0.5 + k * 0.7548776662) % 1, (0.5 + k * 0.569840291) % 1];
      const start: [number, number] = first
        ? [8 * (u - 0.5), 8 * (v - 0.5)]
        : [right + 4 + u, 12 * (v - 0.5)];
      this.#xy.set(this.#places.get(id) ?? start, 2 * k);
    });
    this.#ids = ids;
    this.#work = jointInRows(unit, ids.length, dim);
  }

  /** Computes for so many ms what the rounds need; false while some of it is left. */
  prepare(ms: number): boolean {
    const begun = performance.now();
    while (this.#work && performance.now() - begun < ms) {
      const { done, value } = this.#work.next();
      if (done) [this.#near, this.#work] = [value, null];
    }
    return this.#work === null;
  }

  /** One round of gradient descent. */
  round(): void {
    this.prepare(Infinity);
    const [n, xy, near] = [this.#ids.length, this.#xy, this.#near];
    const kernel = new Float64Array(n * n);
    let sum = 1e-12;
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) {
        const [dx, dy] = [at(xy, 2 * i) - at(xy, 2 * j), at(xy, 2 * i + 1) - at(xy, 2 * j + 1)];
        const value = 1 / (1 + dx * dx + dy * dy);
        kernel[i * n + j] = value;
        sum += 2 * value;
      }
    const force = new Float64Array(2 * n);
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) {
        const q = at(kernel, i * n + j);
        const pull = 4 * n * (at(near, i * n + j) - q / sum) * q;
        for (let axis = 0; axis < 2; axis++) {
          const part = pull * (at(xy, 2 * j + axis) - at(xy, 2 * i + axis));
          force[2 * i + axis] = at(force, 2 * i + axis) + part;
          force[2 * j + axis] = at(force, 2 * j + axis) - part;
        }
      }
    this.#move(force, RATE / n);
  }

  #move(force: Float64Array, rate: number): void {
    for (let k = 0; k < force.length; k++) {
      const wanted = MOMENTUM * at(this.#velocity, k) + rate * at(force, k);
      this.#velocity[k] = Math.max(-LONGEST_MOVE, Math.min(LONGEST_MOVE, wanted));
      this.#xy[k] = at(this.#xy, k) + at(this.#velocity, k);
    }
  }
}

const at = (values: Float64Array, k: number): number => values[k] ?? 0;

/** Symmetric joint probabilities of unit rows by squared Euclidean distance, each row's width set to the perplexity. */
export function joint(unit: Float32Array, n: number, dim: number): Float64Array {
  const work = jointInRows(unit, n, dim);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** The same with a rest after each row. */
function* jointInRows(unit: Float32Array, n: number, dim: number): Generator<undefined, Float64Array> {
  const squared = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      let dot = 0;
      for (let d = 0; d < dim; d++) dot += (unit[i * dim + d] ?? 0) * (unit[j * dim + d] ?? 0);
      squared[i * n + j] = squared[j * n + i] = Math.max(0, 2 - 2 * dot);
    }
    yield;
  }
  const near = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    conditional(squared.subarray(i * n, (i + 1) * n), i, near.subarray(i * n, (i + 1) * n));
    yield;
  }
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const both = (at(near, i * n + j) + at(near, j * n + i)) / (2 * n);
      near[i * n + j] = near[j * n + i] = both;
    }
  return near;
}

/** p(j | i) of one row, by bisection for the precision whose entropy is log(perplexity). */
function conditional(squared: Float64Array, self: number, out: Float64Array): void {
  const wanted = Math.log(Math.min(PERPLEXITY, Math.max(2, squared.length / 3)));
  let [low, high, precision] = [0, Infinity, 1];
  for (let turn = 0; turn < 40; turn++) {
    let [sum, weighted] = [1e-300, 0];
    for (let j = 0; j < squared.length; j++) {
      const value = j === self ? 0 : Math.exp(-precision * at(squared, j));
      out[j] = value;
      sum += value;
      weighted += value * at(squared, j);
    }
    for (let j = 0; j < squared.length; j++) out[j] = at(out, j) / sum;
    const entropy = Math.log(sum) + (precision * weighted) / sum;
    if (Math.abs(entropy - wanted) < 1e-3) return;
    if (entropy > wanted) low = precision;
    else high = precision;
    precision = high === Infinity ? precision * 2 : (low + high) / 2;
  }
}
