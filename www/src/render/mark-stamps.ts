import { COLOURS, SHAPES, type Rgb } from './palette';
import { HALFWAY, MARK_BYTES, NEAREST, opacityAt, sizeAt } from './point-map';

/** Places within a pixel, each way, for which a mark is made. */
export const STEPS = 4;
/** So many degrees of nearness are told apart. The farther half of them is the farther half of `NEAREST`. */
const LEVELS = 32;
const KINDS_A_LEVEL = 2 * SHAPES.length * COLOURS.length;
export const KINDS = LEVELS * KINDS_A_LEVEL;
/** The kinds from here on are nearer than halfway. */
export const NEARER_KINDS = levelOf(HALFWAY) * KINDS_A_LEVEL;
export const HIDDEN = -1;
/** Beyond this, stamps are made anew: 16 MB of them. */
const MOST_NUMBERS = 1 << 22;

function levelOf(nearness: number): number {
  return Math.round((nearness / NEAREST) * (LEVELS - 1));
}

/** What a kind of marks looks like. */
export interface Kind {
  readonly colour: Rgb;
  readonly shape: number;
  readonly hollow: boolean;
  /** 0 to 1. */
  readonly near: number;
}

export function kindOf(kind: number): Kind {
  const form = Math.floor(kind / COLOURS.length);
  return {
    colour: COLOURS[kind % COLOURS.length] ?? [0, 0, 0],
    shape: form % SHAPES.length,
    hollow: Math.floor(form / SHAPES.length) % 2 === 1,
    near: Math.floor(kind / KINDS_A_LEVEL) / (LEVELS - 1),
  };
}

/** The kind of each point, or `HIDDEN`. */
export function kindsOf(marks: Uint8Array): Int16Array {
  const kinds = new Int16Array(marks.length / MARK_BYTES);
  for (let i = 0, at = 0; i < kinds.length; i++, at += MARK_BYTES) {
    const nearness = marks[at + 2] ?? 0;
    const form = (marks[at + 3] === 1 ? SHAPES.length : 0) + ((marks[at + 1] ?? 0) % SHAPES.length);
    const colour = (marks[at] ?? 0) % COLOURS.length;
    kinds[i] = nearness === 0 ? HIDDEN : levelOf(nearness) * KINDS_A_LEVEL + form * COLOURS.length + colour;
  }
  return kinds;
}

/** A colour in the order of bytes of a canvas, multiplied with its opacity. */
export function packed([red, green, blue]: Rgb, alpha: number): number {
  const byte = (value: number): number => Math.round(value * alpha);
  return byte(red) | (byte(green) << 8) | (byte(blue) << 16) | (byte(255) << 24);
}

/** What is farther is smaller and paler. */
export const shrunk = (near: number): number => sizeAt(near * NEAREST);
export const strengthOf = (near: number): number => opacityAt(near * NEAREST);

/** How far a place is outside a shape, in half-diameters; the shader has the same. */
function away(shape: number, x: number, y: number): number {
  const [a, b] = [Math.abs(x), Math.abs(y)];
  if (shape === 0) return Math.sqrt(x * x + y * y) - 0.88;
  if (shape === 1) return Math.max(a, b) - 0.75;
  if (shape === 2) return Math.max(y - 0.7, (a * 1.65 - (y + 0.95) * 0.92) / 1.89);
  if (shape === 3) return (a + b - 1) * 0.7071;
  return Math.max(Math.min(a, b) - 0.3, Math.max(a, b) - 0.95);
}

const unit = (value: number): number => Math.min(1, Math.max(0, value));

/** One pixel of a mark, at a place in half-diameters from its middle; `pixel` is that pixel's side. The shader has the same. */
export function markPixel(
  { colour, shape, hollow, near }: Kind,
  ground: Rgb,
  pixel: number,
  x: number,
  y: number,
): number {
  const d = away(shape, x, y);
  const inside = unit(0.5 - d / pixel);
  if (inside === 0) return 0;
  const width = Math.max(0.14, 1.3 * pixel) * (hollow ? 2.2 : 1);
  const rim = unit(0.5 + (d + width) / pixel);
  const fill = hollow ? ground : colour;
  const mixed = colour.map((value, k) => {
    const line = hollow ? value : value * 0.65;
    const from = fill[k] ?? 0;
    return from + (line - from) * rim;
  });
  return packed(mixed as unknown as Rgb, inside * 0.92 * strengthOf(near));
}

/** The pixels whose middles a square covers: its side, and where its middle lies in pixel 0. The first, and the one after the last. */
export function covered(side: number, middle: number): readonly [number, number] {
  return [Math.ceil(middle - side / 2 - 0.5), Math.ceil(middle + side / 2 - 0.5)];
}

/** The marks that occur, each as a list of pixels, made when it is first asked for. */
export class MarkStamps {
  /** A stamp is the count of its numbers, and then two for each pixel: how far from that of its middle, and its colour. */
  numbers = new Int32Array(1 << 14);
  /** Where a stamp begins, by kind and place; 0 if it is not made. */
  readonly #begins = new Int32Array(KINDS * STEPS * STEPS);
  #end = 1;
  #diameter = 0;
  #stride = 0;
  #pixel = 1;
  #ground: Rgb = [255, 255, 255];

  /** `diameter` in pixels of the screen; `stride` pixels are in a row. */
  prepare(diameter: number, ground: Rgb, stride: number): void {
    const same =
      diameter === this.#diameter &&
      stride === this.#stride &&
      ground.every((value, k) => value === this.#ground[k]);
    if (same && this.#end < MOST_NUMBERS) return;
    this.#diameter = diameter;
    this.#ground = ground;
    this.#stride = stride;
    this.#pixel = 2 / diameter;
    this.#begins.fill(0);
    this.#end = 1;
  }

  /** Where the stamp of a kind begins in `numbers`. `column` and `row` say where in its pixel the middle lies, in steps. */
  at(kind: number, column: number, row: number): number {
    const which = (kind * STEPS + row) * STEPS + column;
    return (
      (this.#begins[which] ?? 0) ||
      (this.#begins[which] = this.#make(kindOf(kind), (column + 0.5) / STEPS, (row + 0.5) / STEPS))
    );
  }

  #make(kind: Kind, middleX: number, middleY: number): number {
    const side = this.#diameter * shrunk(kind.near);
    const [left, right] = covered(side, middleX);
    const [top, bottom] = covered(side, middleY);
    const begin = this.#end;
    let end = begin + 1;
    this.#makeRoom(end + 2 * (right - left) * (bottom - top));
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) {
        const [px, py] = [x + 0.5 - middleX, y + 0.5 - middleY].map((offset) => (2 * offset) / side) as [
          number,
          number,
        ];
        const value = markPixel(kind, this.#ground, this.#pixel, px, py);
        if (value === 0) continue;
        this.numbers[end++] = y * this.#stride + x;
        this.numbers[end++] = value;
      }
    this.numbers[begin] = end - begin - 1;
    this.#end = end;
    return begin;
  }

  #makeRoom(count: number): void {
    if (count <= this.numbers.length) return;
    const more = new Int32Array(Math.max(count, 2 * this.numbers.length));
    more.set(this.numbers);
    this.numbers = more;
  }
}
