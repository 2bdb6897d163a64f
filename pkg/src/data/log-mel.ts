import { badArgument } from '../errors.js';
import { show } from '../show.js';
import { countOf } from './samples.js';

/** Samples a second of every sound. */
export const SOUND_RATE = 16_000;
const WINDOW = 400; // 25 ms
const HOP = 160; // 10 ms
const POINTS = 512;
const FLOOR = 1e-10;

/** Spectra of a sound, frame after frame. */
export interface LogMel {
  /** frames x mels numbers. */
  readonly data: Float32Array;
  readonly frames: number;
  readonly mels: number;
}

/**
 * The log-mel spectrogram of a sound of 16 kHz, mono.
 *
 * Frame t has the samples x[160 t], …, x[160 t + 399] (25 ms every 10 ms), times a Hann window
 * w[n] = 0.5 − 0.5 cos(2πn / 400), and zeros up to 512. Its power spectrum is |X[k]|² for k = 0, …, 256, at 31.25 k Hz.
 * Mel m has a triangle between three neighbours of `mels + 2` points that are equally spaced from 0 to 8,000 Hz in
 * mel(f) = 2595 log10(1 + f / 700); its height is 1. The result is ln(10⁻¹⁰ + Σₖ triangle[m, k] |X[k]|²).
 * Davis and Mermelstein 1980.
 *
 * @param samples - Amplitudes, -1 to 1. A sound of less than 400 samples is filled with zeros and makes one frame.
 * @throws MetricLabError `argument.invalid`.
 *
 * @example
 * ```ts
 * const { data, frames, mels } = logMel(audioBuffer.getChannelData(0));
 * ```
 */
export function logMel(samples: Float32Array, mels = 40): LogMel {
  // A proxy of one is none: its length cannot be read.
  if (!ArrayBuffer.isView(samples) || !(samples instanceof Float32Array))
    throw badArgument(`samples must be a Float32Array, is ${show(samples)}.`);
  countOf(mels, 'mels', 128);
  const frames = Math.max(1, 1 + Math.floor((samples.length - WINDOW) / HOP));
  const filters = triangles(mels);
  const window = Float64Array.from(
    { length: WINDOW },
    (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW),
  );
  const data = new Float32Array(frames * mels);
  const [real, imaginary] = [new Float64Array(POINTS), new Float64Array(POINTS)];
  for (let t = 0; t < frames; t++) {
    real.fill(0);
    imaginary.fill(0);
    for (let n = 0; n < WINDOW; n++) real[n] = (samples[t * HOP + n] ?? 0) * (window[n] ?? 0);
    fourier(real, imaginary);
    filters.forEach(({ from, weights }, m) => {
      let sum = FLOOR;
      weights.forEach((weight, i) => {
        sum += weight * ((real[from + i] ?? 0) ** 2 + (imaginary[from + i] ?? 0) ** 2);
      });
      data[t * mels + m] = Math.log(sum);
    });
  }
  return { data, frames, mels };
}

function triangles(mels: number): { from: number; weights: number[] }[] {
  const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const hertz = (mel: number) => 700 * (10 ** (mel / 2595) - 1);
  const top = mel(SOUND_RATE / 2);
  const corners = Array.from({ length: mels + 2 }, (_, i) => hertz((top * i) / (mels + 1)));
  return Array.from({ length: mels }, (_, m) => {
    const [low = 0, peak = 0, high = 0] = corners.slice(m, m + 3);
    const bins = Array.from({ length: POINTS / 2 + 1 }, (_, k) => {
      const f = (k * SOUND_RATE) / POINTS;
      return Math.max(0, Math.min((f - low) / (peak - low), (high - f) / (high - peak)));
    });
    const from = Math.max(
      0,
      bins.findIndex((weight) => weight > 0),
    );
    return { from, weights: bins.slice(from, bins.findLastIndex((weight) => weight > 0) + 1) };
  });
}

/** In place, of a power of two: Cooley and Tukey 1965. */
function fourier(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    for (const part of [real, imaginary]) [part[i], part[j]] = [part[j] ?? 0, part[i] ?? 0];
  }
  for (let size = 2; size <= n; size *= 2)
    for (let k = 0; k < size / 2; k++) {
      const [cos, sin] = [Math.cos((-2 * Math.PI * k) / size), Math.sin((-2 * Math.PI * k) / size)];
      for (let from = k; from < n; from += size) butterfly(real, imaginary, from, from + size / 2, cos, sin);
    }
}

function butterfly(
  real: Float64Array,
  imaginary: Float64Array,
  a: number,
  b: number,
  cos: number,
  sin: number,
): void {
  const [ra = 0, ia = 0, rb = 0, ib = 0] = [real[a], imaginary[a], real[b], imaginary[b]];
  const [re, im] = [rb * cos - ib * sin, rb * sin + ib * cos];
  [real[a], imaginary[a], real[b], imaginary[b]] = [ra + re, ia + im, ra - re, ia - im];
}
