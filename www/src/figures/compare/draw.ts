import type { PackedDataset } from 'metriclab';
import { sharpness } from '../../dom/canvas';
import { inSlices } from '../../dom/slices';
import { classHue, inkColour, stencil } from '../ink';

/** Where a picture lies on a canvas, in CSS pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Plane {
  readonly set: PackedDataset;
  readonly ids: readonly number[];
  /** Two numbers a picture. */
  readonly rows: Float32Array;
  /** A place in `ids`. */
  readonly marked: number | null;
  readonly dark: boolean;
  /** What is shown; what the rows take where it is not given. */
  readonly frame?: Frame | undefined;
}

/** A part of the plane: from left to right, and from low to high. */
export type Frame = readonly [left: number, right: number, low: number, high: number];

const BORDER = 14;
/** How much of a picture is seen while another one is marked. */
export const FADED = 0.75;
const stencils = new Map<string, HTMLCanvasElement>();

/** A picture's ink in one colour, made once. */
export function stencilOf(set: PackedDataset, index: number, colour: string): HTMLCanvasElement {
  const key = `${set.name} ${index} ${colour}`;
  const made = stencils.get(key) ?? stencil(set, index, colour);
  stencils.set(key, made);
  return made;
}

/** Makes the pictures ready that a plane will draw: hundreds in the first drawing would hold up the page. */
export function makeReady(set: PackedDataset, ids: readonly number[], dark: boolean): Promise<void> {
  return inSlices(ids.length, (k) => {
    const at = ids[k] ?? 0;
    stencilOf(set, at, classHue(set.labels[at] ?? 0, dark));
  });
}

/** Draws pictures where their two numbers lie, at one scale for both axes, and returns the places. */
export function drawPlane(canvas: HTMLCanvasElement, plane: Plane): readonly Spot[] {
  const context = canvas.getContext('2d');
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!context || width === 0 || height === 0) return [];
  const ratio = sharpness(canvas);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio))
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const spots = spotsOf(plane.rows, width, height, plane.frame);
  const side = Math.max(11, Math.min(17, Math.sqrt(width * height) / 19));
  spots.forEach(({ x, y }, k) => {
    const at = plane.ids[k] ?? 0;
    const colour = classHue(plane.set.labels[at] ?? 0, plane.dark);
    context.globalAlpha = plane.marked === null || plane.marked === k ? 1 : FADED;
    context.drawImage(stencilOf(plane.set, at, colour), x - side / 2, y - side / 2, side, side);
  });
  context.globalAlpha = 1;
  const spot = plane.marked === null ? undefined : spots[plane.marked];
  if (spot) mark(context, plane, spot, side);
  return spots;
}

/** The marked picture, larger, on paper and in a ring. */
function mark(context: CanvasRenderingContext2D, plane: Plane, { x, y }: Spot, side: number): void {
  const at = plane.ids[plane.marked ?? 0] ?? 0;
  const radius = side * 1.05;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = plane.dark ? '#14151a' : '#fbfaf6';
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = inkColour(plane.dark);
  context.stroke();
  const large = 1.5 * side;
  context.drawImage(
    stencilOf(plane.set, at, inkColour(plane.dark)),
    x - large / 2,
    y - large / 2,
    large,
    large,
  );
}

/** Each row's number on an axis. */
const along = (rows: Float32Array, axis: 0 | 1): Float32Array => rows.filter((_, k) => k % 2 === axis);

/** What the rows take; a frame that was given is widened to hold them. */
export function frameOf(rows: Float32Array, old: Frame | null = null): Frame {
  const [left, right] = extent(along(rows, 0));
  const [low, high] = extent(along(rows, 1));
  return old
    ? [Math.min(old[0], left), Math.max(old[1], right), Math.min(old[2], low), Math.max(old[3], high)]
    : [left, right, low, high];
}

/** Scales the rows into the canvas, keeping their shape. */
export function spotsOf(rows: Float32Array, width: number, height: number, frame = frameOf(rows)): Spot[] {
  const [xs, ys] = [along(rows, 0), along(rows, 1)];
  const [left, right, low, high] = frame;
  const scale = Math.min((width - 2 * BORDER) / (right - left), (height - 2 * BORDER) / (high - low));
  return Array.from(xs, (x, k) => ({
    x: width / 2 + (x - (left + right) / 2) * scale,
    y: height / 2 - ((ys[k] ?? 0) - (low + high) / 2) * scale,
  }));
}

function extent(values: Float32Array): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return high - low > 1e-9 ? [low, high] : [low - 1, high + 1];
}

/** The spot nearest to a position, if it is near enough to be meant. */
export function spotAt(spots: readonly Spot[], x: number, y: number): number | null {
  let best: number | null = null;
  let least = 16;
  spots.forEach((spot, k) => {
    const far = Math.hypot(spot.x - x, spot.y - y);
    if (far < least) [least, best] = [far, k];
  });
  return best;
}
