/** How long work goes on before the page may paint and listen; a frame takes 16 ms. */
const SLICE_MS = 8;
/** Numbers that are sorted at a time. */
const SORTED_AT_ONCE = 1 << 14;

/** Does `work` for 0, 1, … `count` − 1, and gives way to the page in between. */
export async function inSlices(count: number, work: (at: number) => void): Promise<void> {
  let begun = performance.now();
  for (let at = 0; at < count; at++) {
    work(at);
    if (performance.now() - begun < SLICE_MS) continue;
    await new Promise((rest) => setTimeout(rest));
    begun = performance.now();
  }
}

/** The same numbers as `values`, ascending. `values` itself is overwritten. */
export async function sortedInSlices(values: Float32Array): Promise<Float32Array> {
  await inSlices(Math.ceil(values.length / SORTED_AT_ONCE), (part) => {
    values.subarray(part * SORTED_AT_ONCE, (part + 1) * SORTED_AT_ONCE).sort();
  });
  let from: Float32Array = values;
  let to: Float32Array = new Float32Array(values.length);
  for (let width = SORTED_AT_ONCE; width < values.length; width *= 2) {
    const merging = new Merging(from, to, width);
    await inSlices(Math.ceil(values.length / SORTED_AT_ONCE), () => {
      merging.go(SORTED_AT_ONCE);
    });
    [from, to] = [to, from];
  }
  return from;
}

/** Merges ascending stretches two by two, each `width` long where the end does not come before. */
class Merging {
  readonly #from: Float32Array;
  readonly #to: Float32Array;
  readonly #width: number;
  /** The next places: of the left stretch, of the right one, and of what is written. */
  #left = 0;
  #right = 0;
  #at = 0;

  constructor(from: Float32Array, to: Float32Array, width: number) {
    [this.#from, this.#to, this.#width] = [from, to, width];
  }

  /** Writes so many numbers more. */
  go(count: number): void {
    const [from, to, width] = [this.#from, this.#to, this.#width];
    let [left, right, at] = [this.#left, this.#right, this.#at];
    for (const end = Math.min(at + count, from.length); at < end; at++) {
      const start = at - (at % (2 * width));
      if (at === start) [left, right] = [start, start + width];
      const [middle, last] = [Math.min(start + width, from.length), Math.min(start + 2 * width, from.length)];
      const a = left < middle ? (from[left] ?? 0) : Infinity;
      const b = right < last ? (from[right] ?? 0) : Infinity;
      if (right >= last || (left < middle && a <= b)) [to[at], left] = [a, left + 1];
      else [to[at], right] = [b, right + 1];
    }
    [this.#left, this.#right, this.#at] = [left, right, at];
  }
}
