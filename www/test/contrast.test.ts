// Colours inside canvases, which no checker of pages sees: text 4.5:1 and marks 3:1 against paper, in both themes.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FADED } from '../src/figures/compare/draw';
import { classHue, HUE_COUNT, inkColour, unknownColour } from '../src/figures/ink';
import { COLOURS } from '../src/render/palette';

type Rgb = readonly [number, number, number];
const THEMES = ['light', 'dark'] as const;
const sheet = readFileSync(new URL('../src/lesson/page.css', import.meta.url), 'utf8');

function rgb(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}

/** A custom property of the style sheet in one theme. */
function property(name: string, theme: (typeof THEMES)[number]): Rgb {
  const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(sheet);
  return rgb(found?.[theme === 'light' ? 1 : 2] ?? '');
}

/** The contrast of WCAG 2: (L1 + 0.05) / (L2 + 0.05), the lighter one first. */
function contrast(a: Rgb, b: Rgb): number {
  const [light = 0, dark = 0] = [a, b]
    .map((colour) => {
      const [r = 0, g = 0, blue = 0] = colour
        .map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
    })
    .sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** A colour that lets some of the paper through. */
function over(colour: Rgb, paper: Rgb, alpha: number): Rgb {
  return [0, 1, 2].map((k) => (colour[k] ?? 0) * alpha + (paper[k] ?? 0) * (1 - alpha)) as unknown as Rgb;
}

test('the measure itself, by hand', () => {
  expect(contrast([255, 255, 255], [0, 0, 0])).toBeCloseTo(21, 10);
  // #777777 on white is the well-known near miss of 4.5:1.
  expect(contrast([255, 255, 255], rgb('#777777'))).toBeCloseTo(4.48, 2);
  expect(over([0, 0, 0], [200, 100, 0], 0.5)).toEqual([100, 50, 0]);
});

for (const theme of THEMES) {
  const paper = property('paper', theme);
  const dark = theme === 'dark';

  test(`text in canvases, ${theme}`, () => {
    // Charts write with --raw and --ink; drawings take the ink.
    for (const name of ['ink', 'soft', 'raw'])
      expect(contrast(property(name, theme), paper), name).toBeGreaterThanOrEqual(4.5);
    expect(contrast(rgb(inkColour(dark)), paper)).toBeGreaterThanOrEqual(4.5);
    expect(rgb(inkColour(dark)), 'one ink').toEqual(property('ink', theme));
  });

  test(`marks in canvases, ${theme}`, () => {
    for (const name of ['positive', 'negative', 'margin', 'unknown', 'compare', 'names'])
      expect(contrast(property(name, theme), paper), name).toBeGreaterThanOrEqual(3);
    expect(rgb(unknownColour(dark)), 'one violet').toEqual(property('unknown', theme));
    for (let at = 0; at < HUE_COUNT; at++) {
      const hue = rgb(classHue(at, dark));
      expect(contrast(hue, paper), `hue ${at}`).toBeGreaterThanOrEqual(3);
      expect(contrast(over(hue, paper, FADED), paper), `hue ${at}, faded`).toBeGreaterThanOrEqual(3);
    }
    COLOURS.forEach((colour, at) => {
      expect(contrast(colour, paper), `mark ${at}`).toBeGreaterThanOrEqual(3);
    });
  });
}
