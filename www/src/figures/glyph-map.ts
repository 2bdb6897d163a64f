import type { PackedDataset } from 'metriclab';
import { sharpness } from '../dom/canvas';
import { classHue, inkColour, stencil, unknownColour } from './ink';

/** A sample as it lies on the canvas, in CSS pixels. */
export interface MapMark {
  readonly x: number;
  readonly y: number;
  readonly half: number;
  readonly label: number;
}

export interface MapPicture {
  readonly set: PackedDataset;
  readonly ids: readonly number[];
  readonly xy: Float64Array;
  readonly newcomers: ReadonlySet<number>;
  /** Classes that have a place but are not drawn. */
  readonly hidden?: ReadonlySet<number> | undefined;
  readonly query: number | null;
  readonly dark: boolean;
}

const stencils = new Map<string, HTMLCanvasElement>();

/** How long a frame may make new stencils. */
const STENCILS_MS = 8;
/** A frame makes so many however long it takes: on a busy machine, drawing the others may leave it no time. */
const STENCILS_LEAST = 4;

function stencilOf(
  set: PackedDataset,
  index: number,
  colour: string,
  until: number,
): HTMLCanvasElement | null {
  const key = `${set.name} ${index} ${colour}`;
  const known = stencils.get(key);
  if (known) return known;
  if (performance.now() > until) return null;
  const made = stencil(set, index, colour);
  stencils.set(key, made);
  return made;
}

export interface DrawnMap {
  readonly marks: readonly MapMark[];
  /** False where stencils are left for the next frame. */
  readonly complete: boolean;
}
const NOTHING: DrawnMap = { marks: [], complete: true };

/** The hue of each known class. Newcomers have a colour of their own: a map on which others arrive keeps its hues. */
export function huesOf(
  marks: readonly { readonly label: number }[],
  newcomers: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const known = new Set(marks.map(({ label }) => label).filter((label) => !newcomers.has(label)));
  return new Map([...known].map((label, k) => [label, k]));
}

/** Draws samples at their places, newcomers last, and returns where each one is. */
export function drawMap(canvas: HTMLCanvasElement, picture: MapPicture): DrawnMap {
  const context = canvas.getContext('2d');
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!context || width === 0 || picture.ids.length === 0) return NOTHING;
  const ratio = sharpness(canvas);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio))
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const half = Math.max(8, Math.min(13, Math.min(width, height) / 32));
  const marks = place(picture, width, height, half + 4);
  const drawn = marks.filter(({ label }) => !picture.hidden?.has(label));
  const ordered = [...drawn].sort((a, b) => rank(picture, a) - rank(picture, b));
  const hues = huesOf(marks, picture.newcomers);
  const until = performance.now() + STENCILS_MS;
  const enough = stencils.size + STENCILS_LEAST;
  let complete = true;
  for (const mark of ordered) {
    const colour = picture.newcomers.has(mark.label)
      ? unknownColour(picture.dark)
      : classHue(hues.get(mark.label) ?? 0, picture.dark);
    const side = 2 * half;
    const ink = stencilOf(picture.set, mark.id, colour, stencils.size < enough ? Infinity : until);
    complete &&= ink !== null;
    if (ink) context.drawImage(ink, mark.x - half, mark.y - half, side, side);
    if (mark.id === picture.query) ring(context, mark.x, mark.y, half + 5, picture.dark);
  }
  return { marks: drawn.map(({ x, y, label }) => ({ x, y, half, label })), complete };
}

type Placed = Omit<MapMark, 'half'> & { readonly id: number };

function rank({ newcomers, query }: PictureOrder, { id, label }: Placed): number {
  return id === query ? 2 : newcomers.has(label) ? 1 : 0;
}
type PictureOrder = Pick<MapPicture, 'newcomers' | 'query'>;

/** Scales the layout into the canvas, keeping its shape. */
function place({ set, ids, xy }: MapPicture, width: number, height: number, border: number): Placed[] {
  const [xs, ys] = [0, 1].map((axis) => Array.from(ids, (_, k) => xy[2 * k + axis] ?? 0));
  const [left, right] = extent(xs ?? []);
  const [low, high] = extent(ys ?? []);
  const scale = Math.min((width - 2 * border) / (right - left), (height - 2 * border) / (high - low));
  return ids.map((id, k) => ({
    id,
    label: set.labels[id] ?? 0,
    x: width / 2 + ((xs?.[k] ?? 0) - (left + right) / 2) * scale,
    y: height / 2 + ((ys?.[k] ?? 0) - (low + high) / 2) * scale,
  }));
}

function extent(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return high - low > 1e-9 ? [low, high] : [low - 1, high + 1];
}

function ring(context: CanvasRenderingContext2D, x: number, y: number, radius: number, dark: boolean): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = 2.5;
  context.strokeStyle = inkColour(dark);
  context.stroke();
}
