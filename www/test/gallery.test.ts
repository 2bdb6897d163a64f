import type { LeftOut } from 'metriclab/data';
import { expect, test } from 'vitest';
import { planes } from '../../pkg/dist/data/file-preview.js';
import { toldOf } from '../src/figures/gallery/omissions';
import { barsOf, boxOf, fromText, spreadOf, toText } from '../src/figures/gallery/pixels';
import { planesOf } from '../src/figures/gallery/planes';
import { atThreshold, axisEnd, heights } from '../src/figures/gallery/rates';
import { WORDS } from '../src/words';

test('a picture that asks is prepared as the package prepares the pictures of files', () => {
  const rgba = Uint8ClampedArray.from({ length: 4 * 50 }, (_, at) => (at * 73 + 11) % 256);
  for (const channels of [1, 3]) expect(planesOf(rgba, channels)).toEqual(planes(rgba, channels, 50));
});

test('bytes survive as an attribute, and another text is no sample', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  expect(fromText(toText(bytes))).toEqual(bytes);
  for (const text of ['', '%']) expect(fromText(text)).toBeNull();
});

test('the box of ink, by hand', () => {
  const rgba = new Uint8ClampedArray(4 * 12);
  for (const pixel of [5, 10]) rgba[4 * pixel + 3] = 255;
  // Four pixels a line: (1, 1) and (2, 2).
  expect(boxOf(rgba, 4)).toEqual({ left: 1, top: 1, width: 2, height: 2 });
  expect(boxOf(new Uint8ClampedArray(16), 2)).toBeNull();
});

test('bars go up and down from the mean of their own number, whatever its unit', () => {
  // Columns 1, 3, 5 and 6000, 4000, 5000: the means are 3 and 5000, the farthest are 2 and 1000 away.
  const numbers = Float32Array.of(1, 6000, 3, 4000, 5, 5000);
  const spread = spreadOf({ pixels: new Uint8Array(numbers.buffer), type: 'f32', count: 3, width: 2 });
  expect(spread).toEqual([
    { mean: 3, most: 2 },
    { mean: 5000, most: 1000 },
  ]);
  const bytes = spreadOf({ pixels: Uint8Array.of(1, 9, 3, 3), type: 'u8', count: 2, width: 2 });
  expect(bytes.map(({ mean }) => mean)).toEqual([2, 6]);
  const picture = barsOf([5, 4500], spread, 4);
  const column = (x: number): number[] => [0, 1, 2, 3].map((y) => picture[y * 4 + x] ?? 0);
  expect([0, 1, 2, 3].map(column)).toEqual([
    [0, 255, 255, 0],
    [0, 255, 255, 0],
    [0, 0, 255, 255],
    [0, 0, 255, 255],
  ]);
});

test('errors at a threshold are those of the last point that is not beyond it', () => {
  const curve = [
    { threshold: -Infinity, fmr: 0, fnmr: 1 },
    { threshold: 0.1, fmr: 0, fnmr: 0.5 },
    { threshold: 0.4, fmr: 0.25, fnmr: 0 },
  ];
  expect(atThreshold(curve, 0.1)?.fnmr).toBe(0.5);
  expect(atThreshold(curve, 0.39)?.fnmr).toBe(0.5);
  expect(atThreshold(curve, 2)?.fmr).toBe(0.25);
  expect(atThreshold(curve, 0)?.fnmr).toBe(1);
});

test('bins are shares of their own pairs', () => {
  expect(heights({ from: 0, to: 1, same: [1, 3], different: [5, 5] })).toEqual({
    same: [1 / 3, 1],
    different: [2 / 3, 2 / 3],
  });
});

test('what was left out is told in the words of the page, and in English where it has none', () => {
  const left = (reason: string, examples: (number | string)[], column: string | null, message: string) =>
    ({ reason, count: examples.length, examples, column, message }) as LeftOut;
  const list = [
    left('missing', [6], '열량', "a number is missing in the column '열량'"),
    left('ragged', [34], null, 'it has 4 cells and the first has 7'),
    left('ragged', [42, 43, 44, 45, 46], null, 'it has 8 cells and the first has 7'),
    left('unknown_kind', ['가위/IMG_0412.HEIC'], null, 'the kind of the file is not known'),
    left('of_tomorrow', ['x'], 'y', 'a reason of tomorrow'),
  ];
  expect(
    toldOf(list, WORDS.ko.gallery).map(({ count, why, english, examples }) => [
      count,
      why,
      english,
      examples,
    ]),
  ).toEqual([
    [1, '열량 열: 값이 비어 있습니다.', false, [6]],
    [6, '칸이나 값의 개수가 첫 행과 다릅니다.', false, [34, 42, 43, 44, 45, 46]],
    [1, '읽지 못하는 형식입니다. HEIC는 JPG로 바꾸세요.', false, ['가위/IMG_0412.HEIC']],
    [1, 'a reason of tomorrow', true, ['x']],
  ]);
});

test('the axis of distances ends at 1, and farther where a distance or the limit lies beyond', () => {
  expect([[], [0.3, 1], [1.01], [0.2, 1.5, 1.3], [2], [2.0000002]].map(axisEnd)).toEqual([
    1, 1, 1.25, 1.5, 2, 2,
  ]);
});
