import type { LogMel } from 'metriclab/data';

/** Cepstral coefficients of a frame; the first one of all, loudness, is left out. */
export const CEPSTRA = 12;
/** Numbers of a voiceprint. */
export const DIM = 2 * CEPSTRA;
/** Frames this much below the loudest one are pauses: 30 dB, as the logarithm of power. */
const PAUSE = Math.log(1000);
/** 10 ms each. */
const LEAST_FRAMES = 30;
/** Quieter sounds are the noise of a microphone. */
const LEAST_PEAK = 0.01;

/** Why a sound is no clip. `microphone.*` come from the browser, `sound.*` from what was heard. */
export type VoiceCode =
  | 'microphone.refused'
  | 'microphone.missing'
  | 'sound.unreadable'
  | 'sound.long'
  | 'sound.quiet'
  | 'sound.short';

export class VoiceError extends Error {
  readonly code: VoiceCode;

  constructor(code: VoiceCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** Frames that are not pauses. */
export function spokenFrames({ data, frames, mels }: LogMel): number[] {
  const loudness = Array.from({ length: frames }, (_, t) => {
    let power = 0;
    for (let m = 0; m < mels; m++) power += Math.exp(data[t * mels + m] ?? -Infinity);
    return Math.log(power);
  });
  const least = Math.max(...loudness) - PAUSE;
  return [...loudness.keys()].filter((t) => (loudness[t] ?? 0) >= least);
}

/**
 * Cepstra 1 to {@link CEPSTRA} of a log-mel frame x, the orthonormal DCT-II:
 * c[k] = √(2/M) Σₘ x[m] cos(π k (m + ½) / M). A louder sound adds the same to all x, and changes none of them.
 */
export function cepstra(frame: ArrayLike<number>): number[] {
  return basisOf(frame.length).map((wave) =>
    wave.reduce((sum, value, m) => sum + value * (frame[m] ?? 0), 0),
  );
}

let basis: readonly Float64Array[] = [];

function basisOf(mels: number): readonly Float64Array[] {
  if (basis[0]?.length !== mels)
    basis = Array.from({ length: CEPSTRA }, (_, at) =>
      Float64Array.from(
        { length: mels },
        (__, m) => Math.sqrt(2 / mels) * Math.cos((Math.PI * (at + 1) * (m + 0.5)) / mels),
      ),
    );
  return basis;
}

/**
 * The voiceprint of a sound: mean and standard deviation of each cepstrum over the frames that are not pauses. Nothing of it was
 * learned.
 *
 * @throws VoiceError
 */
export function voiceprint(samples: Float32Array, mel: LogMel): Float32Array {
  if (samples.every((value) => Math.abs(value) < LEAST_PEAK)) throw new VoiceError('sound.quiet');
  const spoken = spokenFrames(mel);
  if (spoken.length < LEAST_FRAMES) throw new VoiceError('sound.short');
  const { data, mels } = mel;
  const rows = spoken.map((t) => cepstra(data.subarray(t * mels, (t + 1) * mels)));
  const print = new Float32Array(DIM);
  for (let k = 0; k < CEPSTRA; k++) {
    const mean = rows.reduce((sum, row) => sum + (row[k] ?? 0), 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + ((row[k] ?? 0) - mean) ** 2, 0) / rows.length;
    [print[k], print[CEPSTRA + k]] = [mean, Math.sqrt(variance)];
  }
  return print;
}

/** Opacities of a spectrogram, low tones below: mels rows x frames columns. A range of 60 dB is shown. */
export function spectrogram({ data, frames, mels }: LogMel): Uint8ClampedArray {
  const most = data.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const range = 2 * PAUSE;
  const ink = new Uint8ClampedArray(frames * mels);
  for (let m = 0; m < mels; m++)
    for (let t = 0; t < frames; t++)
      ink[(mels - 1 - m) * frames + t] = (255 * ((data[t * mels + m] ?? most) - most + range)) / range;
  return ink;
}

/** Errors of a limit on own pairs: the point of a curve. */
interface Point {
  readonly threshold: number;
  readonly fmr: number;
  readonly fnmr: number;
}

/** Where own pairs are apart, the limit is halfway between them; null where they are not. */
export function halfway(curve: readonly Point[]): number | null {
  const same = curve.find(({ fnmr }) => fnmr === 0)?.threshold;
  const different = curve.find(({ fmr }) => fmr > 0)?.threshold;
  return same !== undefined && different !== undefined && same < different ? (same + different) / 2 : null;
}
