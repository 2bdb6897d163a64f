import { expect, test } from 'vitest';
import { perClass, subset } from '../src/figures/pictures';
import { predict, trainHead } from '../src/figures/help/head';
import file from '../src/figures/help/recorded.json';
import {
  liveFindings,
  overSeeds,
  recordedFindings,
  recordedRows,
  sentences,
  type Recorded,
} from '../src/figures/help/results';
import { LABELS, METHODS } from '../src/figures/help/study';
import { Random } from '../src/figures/random';
import { shifted, turned, view } from '../src/figures/views/augment';
import { WORDS } from '../src/words';

test('random numbers are those of the core', () => {
  // The values that src/random.rs pins: the first normals of seed 42.
  const random = new Random(42);
  const bits = [1_065_041_133, 1_068_208_074, 3_212_236_584, 1_044_967_323];
  const view = new DataView(new ArrayBuffer(4));
  for (const wanted of bits) {
    view.setFloat32(0, random.normal());
    expect(view.getUint32(0)).toBe(wanted);
  }
  const below = Array.from({ length: 7000 }, () => random.below(7));
  for (let value = 0; value < 7; value++) {
    // 1,000 expected, standard deviation 29.
    expect(Math.abs(below.filter((one) => one === value).length - 1000)).toBeLessThan(150);
  }
  expect([...random.shuffled([1, 2, 3, 4, 5])].sort()).toEqual([1, 2, 3, 4, 5]);
});

test('shifts and turns as the core makes them', () => {
  // The cases of crates/loops/src/planes.rs.
  const plane = { pixels: Float32Array.of(0.2, 0.4, 0.6, 0.8, 1, 0), height: 2, width: 3 };
  const moved = shifted(plane, 1, -2, 0.5);
  expect([...moved].map((value) => Number(value.toFixed(6)))).toEqual([0.5, 0.5, 0.5, 0.6, 0.5, 0.5]);
  const half = turned(
    { pixels: Float32Array.of(0.1, 0.2, 0.3, 0.4), height: 2, width: 2 },
    180,
    1,
    [0, 0],
    0,
  );
  [0.4, 0.3, 0.2, 0.1].forEach((wanted, k) => {
    expect(half[k]).toBeCloseTo(wanted, 6);
  });
  const grid = { pixels: Float32Array.from({ length: 9 }, (_, k) => (k + 1) / 10), height: 3, width: 3 };
  expect(turned(grid, 0, 0.5, [0, 0], 0)[0]).toBeCloseTo(0.3, 6);
});

const off = { shift: 0, rotate: 0, crop: 0, noise: 0, erase: 0, flip: false };

test('a view without changes is the picture, and each change keeps to its bound', () => {
  const picture = { pixels: Float32Array.from({ length: 144 }, () => 0.5), height: 12, width: 12 };
  const random = new Random(1);
  expect(view(picture, off, random).pixels).toEqual(picture.pixels);
  expect(random.bits(), 'nothing was drawn').toBe(new Random(1).bits());
  for (let seed = 0; seed < 50; seed++) {
    const how = { shift: 2, rotate: 12, crop: 0.2, noise: 0.1, erase: 0.3, flip: true };
    const { pixels, drawn } = view(picture, how, new Random(seed));
    expect(Math.max(Math.abs(drawn.down), Math.abs(drawn.across))).toBeLessThanOrEqual(2);
    expect(Math.abs(drawn.angle)).toBeLessThanOrEqual(12);
    expect(drawn.side).toBeGreaterThanOrEqual(0.8);
    expect(drawn.erased[0] * drawn.erased[1]).toBeLessThanOrEqual(0.3 * 144);
    expect(Math.min(...pixels)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...pixels)).toBeLessThanOrEqual(1);
    const again = view(picture, how, new Random(seed));
    expect(again.pixels, 'equal seeds, equal views').toEqual(pixels);
  }
});

test('a part of a packed set is a packed set', () => {
  const header = { name: 'x', count: 4, channels: 1, height: 1, width: 2, classes: ['a', 'b'], domains: [] };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = 4 * Math.ceil(json.length / 4);
  const bytes = new Uint8Array(12 + length + 16).fill(0x20, 12);
  bytes.set([0x4d, 0x4c, 0x44, 0x53, 1]);
  new DataView(bytes.buffer).setUint32(8, length, true);
  bytes.set(json, 12);
  const set = {
    ...header,
    pixels: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    labels: Uint16Array.of(0, 1, 0, 1),
  };
  const part = new Uint8Array(subset({ bytes: bytes.buffer, set: set as never }, [3, 0]));
  const inner = new DataView(part.buffer).getUint32(8, true);
  const found = JSON.parse(new TextDecoder().decode(part.subarray(12, 12 + inner))) as { count: number };
  expect(found.count).toBe(2);
  expect([...part.subarray(12 + inner)]).toEqual([7, 8, 1, 2, 1, 0, 0, 0]);
  expect(perClass(set as never, [0, 1, 2, 3], 1)).toEqual([0, 1]);
  expect(perClass(set as never, [3, 2, 1, 0], 1)).toEqual([2, 3]);
});

test('a linear head separates what a line separates', async () => {
  const random = new Random(3);
  const labels = Array.from({ length: 300 }, (_, k) => k % 3);
  const features = Float32Array.from(
    labels.flatMap((label) => [
      2 * Math.cos((2 * Math.PI * label) / 3) + 0.3 * random.normal(),
      100 * (2 * Math.sin((2 * Math.PI * label) / 3) + 0.3 * random.normal()),
    ]),
  );
  const rest = (): Promise<void> => Promise.resolve();
  const head = await trainHead(features, labels, {
    classes: 3,
    dim: 2,
    steps: 200,
    rate: 0.05,
    random,
    rest,
  });
  const right = predict(head, features).filter((named, k) => named === labels[k]).length;
  expect(right).toBeGreaterThan(295);
});

test('an interval over seeds by hand, and the sentences follow it', () => {
  const { mean, low } = overSeeds([0.9, 0.92, 0.94]);
  expect(mean).toBeCloseTo(0.92, 12);
  expect(mean - low).toBeCloseTo((4.303 * 0.02) / Math.sqrt(3), 12);
  const of = (share: number): boolean[] => Array.from({ length: 2000 }, (_, k) => k < 2000 * share);
  const found = liveFindings({
    augmented: of(0.9),
    refitted: of(0.92),
    labelled: of(0.92),
    unlabelled: of(0.85),
  });
  expect(found).not.toBeNull();
  if (!found) return;
  const [first, second, third] = sentences(WORDS.en, found);
  expect(first).toMatch(/2\.0 ± 0\.\d points ahead/);
  expect(second).toMatch(/no difference \(0\.0/);
  expect(third).toMatch(/5\.0 ± \d\.\d points behind/);
  expect(liveFindings({ plain: of(0.5) })).toBeNull();
});

test('the sentences subtract what the table says', () => {
  const recorded: Recorded = file;
  LABELS.forEach((labels, column) => {
    const shown = new Map(
      recordedRows(recorded).map(({ method, cells }) => [
        method,
        (100 * (cells[column]?.mean ?? 0)).toFixed(1),
      ]),
    );
    const gap = (a: (typeof METHODS)[number], b: (typeof METHODS)[number]): string =>
      Math.abs(Number(shown.get(a)) - Number(shown.get(b))).toFixed(1);
    const told = sentences(WORDS.en, recordedFindings(recorded, labels));
    expect(told[0]).toContain(`${gap('labelled', 'augmented')} ±`);
    expect(told[1]).toContain(`${gap('labelled', 'refitted')} ±`);
    expect(told[2]).toContain(`${gap('unlabelled', 'augmented')} ±`);
  });
});

test('the recorded result is whole', () => {
  const recorded: Recorded = file;
  expect(recorded.seeds.length).toBeGreaterThanOrEqual(3);
  for (const labels of LABELS)
    for (const method of METHODS) {
      const shares = recorded.accuracy[labels][method];
      expect(shares, `${labels} ${method}`).toHaveLength(recorded.seeds.length);
      for (const share of shares)
        expect(share > 0.3 && share <= 1, `${labels} ${method} ${share}`).toBe(true);
    }
  expect(recordedRows(recorded)).toHaveLength(METHODS.length);
  expect(sentences(WORDS.ko, recordedFindings(recorded, '10'))).toHaveLength(3);
});
