/** A voice that nobody has: how often its throat opens in a second, and how long it is next to a common one. */
interface Throat {
  readonly pitch: number;
  readonly length: number;
}

/** Two that differ as a low and a high voice do. */
export const THROATS: readonly Throat[] = [
  { pitch: 110, length: 1.1 },
  { pitch: 220, length: 0.85 },
];
/** Resonances in Hz of a, i, u and e in a throat of length 1. */
const VOWELS = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
];
/** Width of a resonance in Hz. */
const WIDTH = 90;
const SECONDS = 1.6;
const VOWEL_SECONDS = 0.2;
const PEAK = 0.3;

/** Vowels from the one numbered `first` on: pulses that pass three resonances one after another. */
export function vowels({ pitch, length }: Throat, first: number, rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(SECONDS * rate);
  const period = Math.round(rate / pitch);
  for (let at = 0; at < samples.length; at += period) samples[at] = 1;
  const keeps = Math.exp((-Math.PI * WIDTH) / rate);
  for (let formant = 0; formant < 3; formant++) {
    let [last, before] = [0, 0];
    for (let at = 0; at < samples.length; at++) {
      const vowel = VOWELS[(first + Math.floor(at / (VOWEL_SECONDS * rate))) % VOWELS.length];
      const angle = (2 * Math.PI * (vowel?.[formant] ?? 0)) / length / rate;
      const next = (samples[at] ?? 0) + 2 * keeps * Math.cos(angle) * last - keeps * keeps * before;
      [last, before] = [next, last];
      samples[at] = next;
    }
  }
  const most = samples.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return samples.map((value) => (PEAK * value) / most);
}
