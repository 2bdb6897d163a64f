// Voices that nobody has: a pulse train of a pitch through the resonances of a throat of some length.
const RATE = 16_000;
/** Resonances of vowels in Hz, for a throat of length 1: a, i, u, e. */
const VOWELS = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
];
const WIDTH_HZ = 90;

/** @typedef {{ pitch: number, throat: number }} Speaker */
/** @type {Record<'ann' | 'ben' | 'cleo', Speaker>} */
export const SPEAKERS = {
  ann: { pitch: 210, throat: 0.82 },
  ben: { pitch: 105, throat: 1.12 },
  cleo: { pitch: 330, throat: 0.6 },
};

/** How strongly a harmonic sounds: the product of resonances, over the slope of the voice. */
const strength = (hertz, resonances) =>
  resonances.reduce((gain, peak) => {
    const [from, width] = [hertz / peak, WIDTH_HZ / peak];
    return gain / Math.hypot(1 - from * from, width * from);
  }, 200 / hertz);

/** Seconds of vowels, a quarter of a second each, beginning with vowel `first`. */
export function speech({ pitch, throat }, { seconds = 2, first = 0, loudness = 0.3 } = {}) {
  const samples = new Float32Array(seconds * RATE);
  const length = RATE / 4;
  for (let from = 0, turn = first; from < samples.length; from += length, turn++) {
    const resonances = VOWELS[turn % VOWELS.length].map((hertz) => hertz / throat);
    const harmonics = Math.floor(7_000 / pitch);
    for (let k = 1; k <= harmonics; k++) {
      const gain = strength(k * pitch, resonances);
      for (let n = from; n < Math.min(from + length, samples.length); n++)
        samples[n] += gain * Math.sin((2 * Math.PI * k * pitch * n) / RATE + k * k);
    }
  }
  const most = samples.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return samples.map((value) => (loudness * value) / most);
}

/** A WAV of 16-bit samples. */
export function wav(samples) {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF');
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20); // PCM
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(2 * RATE, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((value, at) => bytes.writeInt16LE(Math.round(32_767 * value), 44 + 2 * at));
  return bytes;
}
