export type Rgb = readonly [number, number, number];

/** The colours of Okabe and Ito, told apart by colour-blind eyes; grey takes the place of black, which a dark page swallows. */
export const COLOURS: readonly Rgb[] = [
  [0, 114, 178],
  [230, 159, 0],
  [0, 158, 115],
  [213, 94, 0],
  [86, 180, 233],
  [204, 121, 167],
  [240, 228, 66],
  [125, 125, 125],
];

/** Five shapes and eight colours have no common factor: forty classes get forty different marks. */
export const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'cross'] as const;
export type Shape = (typeof SHAPES)[number];

/** In a box from -1 to 1, y down; the shader draws the same. */
export const SHAPE_PATHS: Readonly<Record<Shape, string>> = {
  circle: 'M 0.88 0 A 0.88 0.88 0 1 0 -0.88 0 A 0.88 0.88 0 1 0 0.88 0 Z',
  square: 'M -0.75 -0.75 H 0.75 V 0.75 H -0.75 Z',
  triangle: 'M 0 -0.95 L 0.92 0.7 H -0.92 Z',
  diamond: 'M 0 -1 L 1 0 L 0 1 L -1 0 Z',
  cross: 'M -0.3 -0.95 H 0.3 V -0.3 H 0.95 V 0.3 H 0.3 V 0.95 H -0.3 V 0.3 H -0.95 V -0.3 H -0.3 Z',
};

export function css([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`;
}

export function colourOf(mark: number): Rgb {
  return COLOURS[mark % COLOURS.length] ?? [125, 125, 125];
}

export function shapeOf(mark: number): Shape {
  return SHAPES[mark % SHAPES.length] ?? 'circle';
}

/** Stops of the cividis scale: even steps to every eye, colour-blind ones included. */
const CIVIDIS: readonly Rgb[] = [
  [0, 34, 78],
  [8, 51, 112],
  [53, 69, 108],
  [79, 87, 108],
  [102, 105, 112],
  [125, 124, 120],
  [148, 143, 119],
  [174, 163, 113],
  [200, 184, 102],
  [229, 207, 82],
  [254, 232, 56],
];

/** The colour of a share from 0 to 1. */
export function scaleColour(share: number): Rgb {
  const at = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * (CIVIDIS.length - 1);
  const low = Math.min(CIVIDIS.length - 2, Math.floor(at));
  const [from, to] = [CIVIDIS[low] ?? [0, 0, 0], CIVIDIS[low + 1] ?? [0, 0, 0]];
  const mix = (i: 0 | 1 | 2): number => Math.round(from[i] + (to[i] - from[i]) * (at - low));
  return [mix(0), mix(1), mix(2)];
}
