import type { PackedDataset } from 'metriclab';
import { sharpContext } from '../../dom/canvas';
import { extremes, heatPixels } from './heat';
import { sampleCanvas } from '../../dom/sample';
import { blocks, minedOf, pictured, type Cell, type Table, type Triplet } from './table';

/** Lines between more classes than this would hide the cells. */
const MOST_LINES = 40;
/** Side of a picture along an edge, and of the one whose row or column is in focus. */
const [SMALL, LARGE] = [18, 34];
/** Room for the pictures along the upper and the left edge. */
export const EDGE = LARGE + 6;

export interface Sheet {
  readonly table: Table;
  readonly set: PackedDataset;
  readonly values: Float32Array;
  readonly similarity: boolean;
  readonly focus: Cell | null;
  /** Positions of the chosen anchor, positive and negative; -1 for none. */
  readonly chosen: readonly [number, number, number];
  /** Position of the sample that is picked elsewhere; -1 for none. */
  readonly picked: number;
  readonly dark: boolean;
}

const ROLES = [
  ['#1d1c19', '#f1efe8'],
  ['#1762a6', '#7cb7ef'],
  ['#b3420f', '#ff9a70'],
] as const;
const DASH = [[], [], [4, 3]] as const;
const images = new Map<string, HTMLCanvasElement>();

function imageOf(set: PackedDataset, index: number): HTMLCanvasElement {
  const key = `${set.name} ${index}`;
  const made = images.get(key) ?? sampleCanvas(set, index);
  if (images.size > 2000) images.clear();
  images.set(key, made);
  return made;
}

const heats = new WeakMap<Float32Array, HTMLCanvasElement>();

/** One pixel a pair, made once for some values. */
function heatOf({ table, values, similarity }: Sheet): HTMLCanvasElement {
  const known = heats.get(values);
  if (known) return known;
  const size = table.ids.length;
  const made = document.createElement('canvas');
  [made.width, made.height] = [size, size];
  made.getContext('2d')?.putImageData(heatPixels(values, size, extremes(values), similarity), 0, 0);
  heats.set(values, made);
  return made;
}

/** Draws the matrix with pictures along its upper and left edge into a square of `side` CSS pixels. */
export function drawMatrix(canvas: HTMLCanvasElement, side: number, sheet: Sheet): void {
  const context = sharpContext(canvas, side, side, true);
  const size = sheet.table.ids.length;
  if (!context || size === 0 || side <= EDGE) return;
  const cell = (side - EDGE) / size;
  context.imageSmoothingEnabled = false;
  context.drawImage(heatOf(sheet), EDGE, EDGE, side - EDGE, side - EDGE);
  context.imageSmoothingEnabled = true;
  drawLines(context, sheet.table, cell, side);
  drawMined(context, sheet, cell);
  if (sheet.picked >= 0) drawPicked(context, sheet, cell);
  drawEdges(context, sheet, cell);
  drawChosen(context, sheet, cell);
  if (sheet.focus) frame(context, sheet.focus, cell, ['#fff', '#000']);
}

function drawLines(context: CanvasRenderingContext2D, table: Table, cell: number, side: number): void {
  const classes = blocks(table);
  context.strokeStyle = 'rgb(255 255 255 / 0.75)';
  context.lineWidth = 1;
  context.beginPath();
  for (const [from] of classes.length <= MOST_LINES ? classes.slice(1) : []) {
    const place = Math.round(EDGE + from * cell) + 0.5;
    context.moveTo(place, EDGE);
    context.lineTo(place, side);
    context.moveTo(EDGE, place);
    context.lineTo(side, place);
  }
  context.stroke();
}

/** A speck in each mined pair, light with a dark rim where there is room, so that it is seen on every shade. */
function drawMined(context: CanvasRenderingContext2D, { table }: Sheet, cell: number): void {
  const size = table.ids.length;
  const side = Math.max(1.4, Math.min(6, 0.4 * cell));
  const speck = (at: number, width: number): void => {
    const middle = (place: number): number => EDGE + (place + 0.5) * cell - width / 2;
    context.fillRect(middle(at % size), middle(Math.floor(at / size)), width, width);
  };
  minedOf(table).forEach((count, at) => {
    if (count === 0) return;
    context.fillStyle = 'rgb(0 0 0 / 0.6)';
    if (cell > 4) speck(at, side + 2);
    context.fillStyle = '#fff';
    speck(at, side);
  });
}

function drawEdges(context: CanvasRenderingContext2D, sheet: Sheet, cell: number): void {
  const { table, set, focus, chosen, picked, dark } = sheet;
  const one = (at: number, side: 0 | 1, large: boolean): void => {
    const picture = large ? LARGE : SMALL;
    const along = EDGE + (at + 0.5) * cell - picture / 2;
    const across = EDGE - 3 - picture;
    const [x, y] = side === 0 ? [across, along] : [along, across];
    // White paper is dimmed in the dark.
    context.fillStyle = '#000';
    context.fillRect(x, y, picture, picture);
    context.globalAlpha = dark ? 0.72 : 1;
    context.drawImage(imageOf(set, table.ids[at] ?? 0), x, y, picture, picture);
    context.globalAlpha = 1;
    const role = side === 0 ? (chosen[0] === at ? 0 : -1) : chosen.indexOf(at, 1);
    if (!large) return;
    context.lineWidth = 2;
    context.strokeStyle = ROLES[Math.max(0, role)]?.[dark ? 1 : 0] ?? '#000';
    context.setLineDash(DASH[Math.max(0, role)] ?? []);
    // Around the picture, whose own ground may be of the frame's colour.
    context.strokeRect(x - 1.5, y - 1.5, picture + 3, picture + 3);
    context.setLineDash([]);
  };
  for (const at of pictured(table, cell, SMALL)) for (const side of [0, 1] as const) one(at, side, false);
  if (picked >= 0) one(picked, 0, true);
  if (chosen[0] >= 0) one(chosen[0], 0, true);
  for (const at of chosen.slice(1)) if (at >= 0) one(at, 1, true);
  focus?.forEach((at, side) => {
    one(at, side === 0 ? 0 : 1, true);
  });
}

/** A frame around the whole row, seen on every shade. */
function drawPicked(context: CanvasRenderingContext2D, { table, picked }: Sheet, cell: number): void {
  const width = table.ids.length * cell;
  for (const [colour, line, out] of [
    ['#000', 4, 2],
    ['#fff', 2, 2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.strokeRect(EDGE - out, EDGE + picked * cell - out, width + 2 * out, cell + 2 * out);
  }
}

/** Frames of the chosen positive and negative within the anchor's row. */
function drawChosen(context: CanvasRenderingContext2D, { chosen, table }: Sheet, cell: number): void {
  const [anchor] = chosen;
  if (anchor < 0) return;
  const far = EDGE + table.ids.length * cell;
  context.strokeStyle = '#fff';
  context.lineWidth = 1;
  context.strokeRect(EDGE, EDGE + anchor * cell - 1, far - EDGE, cell + 2);
  chosen.forEach((at, role) => {
    if (role > 0 && at >= 0) frame(context, [anchor, at], cell, ['#fff', ROLES[role]?.[0] ?? ''], role === 2);
  });
}

function frame(
  context: CanvasRenderingContext2D,
  [row, column]: Cell,
  cell: number,
  [inner, outer]: readonly [string, string],
  dashed = false,
): void {
  const [x, y] = [EDGE + column * cell, EDGE + row * cell];
  context.lineWidth = 2;
  context.strokeStyle = inner;
  context.strokeRect(x - 2, y - 2, cell + 4, cell + 4);
  context.strokeStyle = outer;
  context.lineWidth = 3;
  context.setLineDash(dashed ? [4, 3] : []);
  context.strokeRect(x - 4.5, y - 4.5, cell + 9, cell + 9);
  context.setLineDash([]);
}

/** The cell at a position of the square, the nearest one from outside. */
export function cellAt(x: number, y: number, side: number, size: number): Cell {
  const place = (value: number): number =>
    Math.max(0, Math.min(size - 1, Math.floor(((value - EDGE) / (side - EDGE)) * size)));
  return [place(y), place(x)];
}

/** Positions of a choice in the table. */
export function placesOf(
  table: Table,
  choice: {
    readonly anchor: number;
    readonly positive: number | null;
    readonly negative: number | null;
  } | null,
): Triplet['places'] {
  const ids = Array.from(table.ids);
  const place = (id: number | null | undefined): number =>
    id === null || id === undefined ? -1 : ids.indexOf(id);
  return [place(choice?.anchor), place(choice?.positive), place(choice?.negative)];
}
