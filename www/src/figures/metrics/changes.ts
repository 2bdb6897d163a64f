/** Changes of the drawing that asks. In `amount` the faint and the full drawing are both on offer. */
export const CHANGES = ['typeface', 'faint', 'amount', 'moved', 'hidden', 'speck'] as const;
export type Change = (typeof CHANGES)[number];

/** The share of ink that is left of a faint drawing. */
export const FAINT = 0.2;
/** By how many pixels a drawing has moved. */
export const MOVED = 3;
/** The share of rows that is left of a hidden drawing, from the top. */
export const SHOWN = 0.5;
/** Side of the speck, in pixels. */
export const SPECK = 3;

/** A drawing with `width` pixels a row, ink 0 to 1, after a change. */
export function changed(ink: Float32Array, width: number, change: Change): Float32Array {
  const height = ink.length / width;
  switch (change) {
    case 'typeface':
      return ink;
    case 'faint':
    case 'amount':
      return ink.map((value) => FAINT * value);
    case 'moved':
      return ink.map((_, at) => (at % width < MOVED ? 0 : (ink[at - MOVED] ?? 0)));
    case 'hidden':
      return ink.map((value, at) => (Math.floor(at / width) < SHOWN * height ? value : 0));
    case 'speck':
      return ink.map((value, at) => (at % width >= width - SPECK && at < SPECK * width ? 1 : value));
  }
}

/** Ink scaled to sum 1, as histograms need it; no ink becomes uniform. */
export function histogramOf(ink: Float32Array): Float32Array {
  let sum = 0;
  for (const value of ink) sum += value;
  const out = new Float32Array(ink.length);
  for (let at = 0; at < ink.length; at++) out[at] = sum > 0 ? (ink[at] ?? 0) / sum : 1 / ink.length;
  return out;
}
