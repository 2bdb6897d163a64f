/** A generator of whole numbers below a bound, by xorshift: the same for the same seed. */
export function wholeNumbers(seed: number): (below: number) => number {
  // A few seeds differ in one bit only: their first numbers must not.
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x6d2b79f5) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
}

/** `most` of the numbers below `count`, each as likely as the others, in rising order; all of them where they are no more than that. */
export function sampleOf(count: number, most: number, seed: number): Uint32Array {
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  if (count <= most) return all;
  const next = wholeNumbers(seed);
  for (let i = 0; i < most; i++) {
    const other = i + next(count - i);
    const kept = all[i] ?? 0;
    all[i] = all[other] ?? 0;
    all[other] = kept;
  }
  return all.slice(0, most).sort();
}

/** As `sampleOf`, with some numbers that take the places of others chosen by chance; at most `most` of them, the first ones. */
export function sampleWith(
  always: readonly number[],
  count: number,
  most: number,
  seed: number,
): Uint32Array {
  const sample = sampleOf(count, most, seed);
  const wanted = new Set(always.slice(0, most));
  const missing = [...wanted].filter((index) => index < count && !sample.includes(index));
  const next = wholeNumbers(seed);
  for (const index of missing) {
    let place = next(sample.length);
    while (wanted.has(sample[place] ?? -1)) place = (place + 1) % sample.length;
    sample[place] = index;
  }
  return sample.sort();
}

/** The sampled rows, one after the other. */
export function rowsOf(rows: Float32Array, dim: number, sample: Uint32Array): Float32Array<ArrayBuffer> {
  const picked = new Float32Array(sample.length * dim);
  for (const [place, index] of sample.entries())
    picked.set(rows.subarray(index * dim, (index + 1) * dim), place * dim);
  return picked;
}

/** The sample's places among all `count` points; the others have none (NaN). */
export function spread(xy: Float32Array, sample: Uint32Array, count: number): Float32Array {
  const all = new Float32Array(2 * count).fill(NaN);
  for (const [place, index] of sample.entries()) {
    all[2 * index] = xy[2 * place] ?? NaN;
    all[2 * index + 1] = xy[2 * place + 1] ?? NaN;
  }
  return all;
}

/** Every row at length 1: where only directions count, the nearest by angle are then the nearest by distance. */
export function unitRows(rows: Float32Array, dim: number): Float32Array<ArrayBuffer> {
  const scaled = Float32Array.from(rows);
  for (let i = 0; i < scaled.length; i += dim) {
    const row = scaled.subarray(i, i + dim);
    const length = Math.hypot(...row) || 1;
    for (const [d, value] of row.entries()) row[d] = value / length;
  }
  return scaled;
}

/** Places with a given spread (root of the mean square), each moved by a thousandth of it at most: points in one place part. */
export function jittered(xy: Float32Array, spread: number, seed: number): Float32Array<ArrayBuffer> {
  const size = Math.sqrt(xy.reduce((sum, value) => sum + value * value, 0) / xy.length) || 1;
  const next = wholeNumbers(seed);
  return Float32Array.from(xy, (value) => spread * (value / size + (next(2001) - 1000) / 1e6));
}
