import { logMel } from 'metriclab/data';
import { expect, test } from 'vitest';
import { THROATS, vowels } from '../src/figures/voices/synthetic';
import {
  CEPSTRA,
  cepstra,
  DIM,
  halfway,
  spectrogram,
  spokenFrames,
  voiceprint,
  type VoiceError,
} from '../src/figures/voices/voiceprint';

const MELS = 40;
/** A frame that is `level` everywhere, and has cepstrum `k` of `size`. */
const frame = (level: number, k = 1, size = 0): number[] =>
  Array.from(
    { length: MELS },
    (_, m) => level + size * Math.sqrt(2 / MELS) * Math.cos((Math.PI * k * (m + 0.5)) / MELS),
  );
const mel = (...frames: readonly number[][]) => ({
  data: Float32Array.from(frames.flat()),
  frames: frames.length,
  mels: MELS,
});
const loud = new Float32Array(10).fill(0.5);

test('cepstra, by hand: a flat frame has none, and a cosine has its own alone', () => {
  expect(cepstra(frame(3)).every((value) => Math.abs(value) < 1e-12)).toBe(true);
  const found = cepstra(frame(-2, 5, 7));
  found.forEach((value, at) => {
    expect(value).toBeCloseTo(at === 4 ? 7 : 0, 10);
  });
  expect(found).toHaveLength(CEPSTRA);
});

test('a voiceprint has mean and deviation of the frames that are not pauses', () => {
  const spoken = Array.from({ length: 40 }, (_, t) => frame(0, 3, t % 2 === 0 ? 5 : 1));
  const pauses = Array.from({ length: 20 }, () => frame(-12, 3, -90 / Math.sqrt(2 / MELS) / 100));
  const sound = mel(...spoken, ...pauses);
  expect(spokenFrames(sound)).toEqual([...spoken.keys()]);
  const print = voiceprint(loud, sound);
  expect(print).toHaveLength(DIM);
  print.forEach((value, at) => {
    expect(value).toBeCloseTo(at === 2 ? 3 : at === CEPSTRA + 2 ? 2 : 0, 4);
  });
});

test('a louder sound has the same print; a quiet or short one has none', () => {
  // In every band far above the floor of the logarithm.
  const noise = Float32Array.from({ length: 16_000 }, (_, n) => 0.2 * Math.sin(n * n));
  const print = (samples: Float32Array): Float32Array => voiceprint(samples, logMel(samples));
  const [soft, strong] = [print(noise), print(noise.map((value) => 4 * value))];
  const apart = Math.hypot(...soft.map((value, at) => value - (strong[at] ?? 0)));
  expect(apart / Math.hypot(...soft)).toBeLessThan(1e-5);
  const codeOf = (samples: Float32Array): string => {
    try {
      print(samples);
      return 'none';
    } catch (error) {
      return (error as VoiceError).code;
    }
  };
  expect(codeOf(new Float32Array(16_000).fill(0.001))).toBe('sound.quiet');
  expect(codeOf(noise.slice(0, 3000))).toBe('sound.short');
  expect(codeOf(noise)).toBe('none');
});

test('a spectrogram has low tones below, and what is loudest is black', () => {
  const rising = [0, 1, 2].map((at) => Array.from({ length: MELS }, (_, m) => (m === at ? 0 : -40)));
  const ink = spectrogram(mel(...rising));
  expect(ink).toHaveLength(3 * MELS);
  const dark = [...ink.keys()].filter((at) => ink[at] === 255);
  expect(dark.map((at) => [at % 3, MELS - 1 - Math.floor(at / 3)])).toEqual([
    [2, 2],
    [1, 1],
    [0, 0],
  ]);
  expect(ink.filter((value) => value === 0)).toHaveLength(3 * MELS - 3);
});

test('a limit lies halfway between own pairs that are apart, and nowhere else', () => {
  const point = (threshold: number, fmr: number, fnmr: number) => ({ threshold, fmr, fnmr });
  expect(
    halfway([point(-Infinity, 0, 1), point(0.1, 0, 0.5), point(0.2, 0, 0), point(0.6, 0.5, 0)]),
  ).toBeCloseTo(0.4);
  expect(
    halfway([point(-Infinity, 0, 1), point(0.1, 0.5, 0.5), point(0.2, 0.5, 0), point(0.6, 1, 0)]),
  ).toBeNull();
});

test('clips of one synthetic voice are nearer to each other than to those of the other', () => {
  const RATE = 16_000;
  const prints = THROATS.map((throat) =>
    [0, 1, 2].map((first) => {
      const samples = vowels(throat, first, RATE);
      return voiceprint(samples, logMel(samples));
    }),
  );
  const dot = (a: Float32Array, b: Float32Array): number =>
    a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  const apart = (a: Float32Array, b: Float32Array): number =>
    1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const all = prints.flatMap((clips, of) => clips.map((print) => ({ of, print })));
  const distances = (same: boolean): number[] =>
    all.flatMap((one, at) =>
      all
        .slice(at + 1)
        .filter(({ of }) => (of === one.of) === same)
        .map(({ print }) => apart(one.print, print)),
    );
  expect(Math.max(...distances(true))).toBeLessThan(Math.min(...distances(false)));
});
