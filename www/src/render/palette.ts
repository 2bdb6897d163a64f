export type Rgb = readonly [number, number, number];

/**
 * Ten hues of classes: at least 3:1 on paper and on ink, and none is a colour with a fixed meaning (positive blue, negative
 * vermilion, margin amber, unknown violet).
 */
export const COLOURS: readonly Rgb[] = [
  [46, 139, 87],
  [160, 96, 42],
  [26, 138, 148],
  [194, 69, 138],
  [125, 132, 36],
  [111, 120, 134],
  [90, 154, 30],
  [201, 86, 107],
  [150, 86, 106],
  [138, 122, 82],
];

/** Ten colours and five shapes; the shapes move on by one after every ten: fifty classes get fifty different marks. */
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
  return COLOURS[mark % COLOURS.length] ?? [111, 120, 134];
}

export function shapeNumber(mark: number): number {
  return (mark + Math.floor(mark / COLOURS.length)) % SHAPES.length;
}

export function shapeOf(mark: number): Shape {
  return SHAPES[shapeNumber(mark)] ?? 'circle';
}
