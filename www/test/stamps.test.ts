import { expect, test } from 'vitest';
import { KINDS, kindOf, kindsOf, STEPS } from '../src/render/mark-stamps';
import { COLOURS, SHAPES, type Rgb } from '../src/render/palette';
import { NEAREST, NOWHERE, type DrawRequest } from '../src/render/point-map';
import { Stamper } from '../src/render/points-stamped';
import { FRAGMENT } from '../src/render/shaders';

type Rgba = readonly [number, number, number, number];
type Mark = readonly [colour: number, shape: number, nearness: number, hollow: number];

const SIZE = { width: 60, height: 40 };
const GROUND: Rgb = [250, 240, 230];
const REQUEST: DrawRequest = {
  view: { scale: 1, offsetX: 0, offsetY: 0 },
  size: SIZE,
  ratio: 1,
  t: 0,
  dot: 9,
  picture: 0,
  ground: GROUND,
};

/** Draws marks at places of the canvas. */
function drawn(
  places: readonly number[],
  marks: readonly Mark[],
  request: Partial<DrawRequest> = {},
  stamper = new Stamper(),
): Stamper {
  // The plane's y points up.
  const xy = Float32Array.from(places, (value, k) => (k % 2 === 1 ? -value : value));
  stamper.setPositions(xy, xy);
  stamper.setMarks(Uint8Array.from(marks.flat()));
  stamper.draw({ ...REQUEST, ...request });
  return stamper;
}

/** A pixel of the canvas. */
function pixel({ frame }: Stamper, x: number, y: number): Rgba {
  const value = frame.pixels[(y + frame.margin) * frame.stride + x + frame.margin] ?? 0;
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
}

/** How far a place is outside a shape, by the text of the shader. */
const [, body = ''] = /float away\(vec2 p\) \{([^}]*)\}/.exec(FRAGMENT) ?? [];
const script = body
  .replace('length(p)', 'Math.hypot(p.x, p.y)')
  .replace('vec2 a = abs(p)', 'const a = { x: Math.abs(p.x), y: Math.abs(p.y) }')
  .replaceAll(/\b(\d)u\b/g, '$1')
  .replaceAll(/(?<![.\w])(abs|min|max)\(/g, 'Math.$1(');
// eslint-disable-next-line @typescript-eslint/no-implied-eval -- the shader's own text is the reference
const away = new Function('shape', 'p', script) as (shape: number, p: { x: number; y: number }) => number;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

/** A fragment of a mark, as the shader has it: colours from 0 to 255, multiplied with the opacity. */
function fragment([colour, shape, nearness, hollow]: Mark, diameter: number, x: number, y: number): number[] {
  const near = nearness / NEAREST;
  const side = diameter * mix(0.7, 1, near);
  const p = { x: (2 * x) / side, y: (2 * y) / side };
  if (p.x < -1 || p.x >= 1 || p.y < -1 || p.y >= 1) return [0, 0, 0, 0];
  const pixel = 2 / diameter;
  const d = away(shape, p);
  const rimWidth = Math.max(0.14, 1.3 * pixel);
  const rim = clamp(0.5 + (d + (hollow ? 2.2 : 1) * rimWidth) / pixel);
  const alpha = clamp(0.5 - d / pixel) * 0.92 * mix(0.4, 1, near);
  const own = COLOURS[colour] ?? GROUND;
  const rgb = own.map((value, k) =>
    mix(hollow ? (GROUND[k] ?? 0) : value, hollow ? value : value * 0.65, rim),
  );
  return [...rgb.map((value) => value * alpha), 255 * alpha];
}

const multiplied = ([r, g, b, alpha]: Rgba): number[] => [
  ...[r, g, b].map((value) => (value * alpha) / 255),
  alpha,
];
const difference = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, k) => Math.abs(value - (b[k] ?? NaN))));

test('every kind of mark is what its bytes say', () => {
  for (const hollow of [0, 1])
    for (const [shape] of SHAPES.entries())
      for (const [colour, rgb] of COLOURS.entries()) {
        const [kind = -1] = kindsOf(Uint8Array.of(colour, shape, NEAREST, hollow));
        expect(kind).toBeLessThan(KINDS);
        expect(kindOf(kind)).toEqual({ colour: rgb, shape, hollow: hollow === 1, near: 1 });
      }
  expect([...kindsOf(Uint8Array.of(1, 1, 0, 0))]).toEqual([-1]);
});

test('a mark has the pixels of the shader, wherever in a pixel its middle lies', () => {
  for (const ratio of [1, 2])
    for (const [shape] of SHAPES.entries())
      for (const hollow of [0, 1])
        for (const nearness of [NEAREST, 74])
          for (const step of Array.from({ length: STEPS }, (_, k) => (k + 0.5) / STEPS)) {
            const mark: Mark = [3, shape, nearness, hollow];
            const [x, y] = [20 + step, 16.5 + 0.5 / STEPS];
            const stamper = drawn([x / ratio, y / ratio], [mark], { ratio });
            let seen = 0;
            for (let row = 0; row < 40; row++)
              for (let column = 0; column < 40; column++) {
                const wanted = fragment(mark, 9 * ratio, column + 0.5 - x, row + 0.5 - y);
                const found = multiplied(pixel(stamper, column, row));
                expect(
                  difference(found, wanted),
                  `${mark.join()} at ${ratio}, ${column}, ${row}`,
                ).toBeLessThan(1.6);
                if ((wanted[3] ?? 0) > 0) seen += 1;
              }
            expect(seen).toBeGreaterThan(20);
          }
});

test('a later mark lies over an earlier one, and a nearer one over both, as they are blended from below', () => {
  const marks: Mark[] = [
    [0, 1, NEAREST, 0],
    [3, 0, NEAREST, 1],
    [6, 3, 66, 0],
    [8, 2, NEAREST, 0],
  ];
  const at = 20 + 0.5 / STEPS;
  const places = [at, at, at + 2, at, at + 1, at + 1, at, at + 2];
  const stamper = drawn(places, marks);
  for (let row = 8; row < 32; row++)
    for (let column = 8; column < 32; column++) {
      let below = [0, 0, 0, 0];
      for (const i of [2, 0, 1, 3]) {
        const [x = 0, y = 0] = places.slice(2 * i);
        const top = fragment(marks[i] ?? [0, 0, 0, 0], 9, column + 0.5 - x, row + 0.5 - y);
        below = below.map((value, k) => (top[k] ?? 0) + value * (1 - (top[3] ?? 0) / 255));
      }
      expect(difference(multiplied(pixel(stamper, column, row)), below)).toBeLessThan(3);
    }
});

test('a crowd covers its ground, and the last of it is seen', () => {
  const places = Array.from({ length: 400 }, (_, i) => [20.3 + (i % 4), 20.3 + ((i >> 2) % 4)]).flat();
  const stamper = drawn(
    places,
    Array.from({ length: 400 }, (_, i) => [i === 399 ? 0 : 3, 1, NEAREST, 0]),
  );
  const [r, g, b, alpha] = pixel(stamper, 23, 23);
  expect(alpha).toBeGreaterThan(253);
  const [own, , , other] = COLOURS as readonly [Rgb, Rgb, Rgb, Rgb];
  const wanted = own.map((value, k) => value * 0.92 + (other[k] ?? 0) * 0.08);
  // The rims of those below are darker.
  expect(difference([r, g, b], wanted)).toBeLessThan(8);
});

test('a mark at an edge of the canvas is cut, and one without a place or hidden is not drawn', () => {
  const mark: Mark = [3, 0, NEAREST, 0];
  const middle = drawn([30, 20], [mark]);
  const edges = drawn([0, 0, SIZE.width, SIZE.height], [mark, mark]);
  for (let y = 0; y < 5; y++)
    for (let x = 0; x < 5; x++) {
      expect(pixel(edges, x, y)).toEqual(pixel(middle, 30 + x, 20 + y));
      const [right, bottom] = [SIZE.width - 1 - x, SIZE.height - 1 - y];
      expect(pixel(edges, right, bottom)).toEqual(pixel(middle, 29 - x, 19 - y));
    }
  const nowhere = [NaN, 5, 5, NaN, NOWHERE, NOWHERE, -NOWHERE, 5, Infinity, 5, 9, 9];
  const none = drawn(nowhere, [mark, mark, mark, mark, mark, [3, 0, 0, 0]]);
  expect(none.frame.pixels.every((value) => value === 0)).toBe(true);
});

test('nothing stays of the drawing before, and a changed size, ground or diameter counts', () => {
  const stamper = new Stamper();
  const seen = (request: Partial<DrawRequest>): Int32Array => {
    drawn(
      [30, 20, 5, 5],
      [
        [3, 0, NEAREST, 1],
        [2, 1, NEAREST, 0],
      ],
      request,
      stamper,
    );
    return stamper.frame.pixels.slice();
  };
  const first = seen({});
  for (const request of [
    { dot: 5 },
    { ground: [9, 9, 9] as Rgb },
    { size: { width: 50, height: 30 } },
    { ratio: 2 },
  ]) {
    const fresh = drawn(
      [30, 20, 5, 5],
      [
        [3, 0, NEAREST, 1],
        [2, 1, NEAREST, 0],
      ],
      request,
    ).frame.pixels;
    expect(seen(request)).toEqual(fresh);
    expect(fresh).not.toEqual(first);
    expect(seen({})).toEqual(first);
  }
});

test('pictures are ink in the colour of their class, or paper with a rim of it', () => {
  const stamper = new Stamper();
  // Left half ink, right half none.
  const half = Uint8Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? 255 : 0));
  stamper.setPictures({ pixels: half, count: 1, channels: 1, height: 4, width: 4 });
  const at = [20 + 0.5 / STEPS, 20 + 0.5 / STEPS];
  drawn(at, [[3, 0, NEAREST, 0]], { picture: 16 }, stamper);
  expect(pixel(stamper, 14, 20)).toEqual([...(COLOURS[3] ?? []), 255]);
  expect(pixel(stamper, 26, 20)[3]).toBe(0);
  // A sample of an unseen class has a frame.
  drawn(at, [[3, 0, NEAREST, 1]], { picture: 16 }, stamper);
  expect(pixel(stamper, 27, 20)).toEqual([...(COLOURS[3] ?? []), 255]);
  expect(pixel(stamper, 25, 20)[3]).toBe(0);
  const paper = Uint8Array.from([200, 100, 50].flatMap((value) => Array<number>(4).fill(value)));
  stamper.setPictures({ pixels: paper, count: 1, channels: 3, height: 2, width: 2 });
  drawn(
    [...at, 1, 1],
    [
      [3, 0, NEAREST, 0],
      [0, 1, NEAREST, 0],
    ],
    { picture: 16 },
    stamper,
  );
  expect(pixel(stamper, 20, 20)).toEqual([200, 100, 50, 255]);
  expect(pixel(stamper, 12, 20)).toEqual([...(COLOURS[3] ?? []), 255]);
  // A sample without a picture stays a mark.
  expect(pixel(stamper, 1, 1)[3]).toBe(Math.round(0.92 * 255));
});
