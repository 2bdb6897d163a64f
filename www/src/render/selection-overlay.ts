import type { Size, View } from '../geometry/camera';
import { sharpContext } from '../dom/canvas';
import type { Theme } from './theme';

export interface MarkedPoint {
  readonly x: number;
  readonly y: number;
  readonly right: boolean;
  /** Its picture, where the map itself leaves the point out. */
  readonly image?: HTMLCanvasElement | undefined;
}

export interface OverlayRequest {
  readonly size: Size;
  readonly view: View;
  readonly theme: Theme;
  readonly reach: number;
  readonly selected: readonly [number, number] | null;
  readonly hovered: readonly [number, number] | null;
  readonly neighbours: readonly MarkedPoint[];
  readonly hoveredNeighbours: readonly MarkedPoint[];
  /** The ball that the points lie on, by its radius and how far it is tilted; null in the plane. */
  readonly ball: { readonly radius: number; readonly pitch: number } | null;
  /** Ways over the places of earlier steps; each ends where its point is now. */
  readonly trails: readonly (readonly (readonly [number, number])[])[];
  /** Near the selected point in the picture only. */
  readonly intruders: readonly (readonly [number, number])[];
}

function ring(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  colour: string,
  ground: string,
): void {
  context.lineWidth = 4.5;
  context.strokeStyle = ground;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
  context.lineWidth = 2.5;
  context.strokeStyle = colour;
  context.stroke();
}

/** The corners of a square: many of them may lie around one point, which stays visible. */
function corners(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  reach: number,
  colour: string,
  ground: string,
): void {
  context.setLineDash([reach / 2, reach, reach / 2, 0]);
  context.lineWidth = 3;
  context.strokeStyle = ground;
  context.strokeRect(x - reach, y - reach, 2 * reach, 2 * reach);
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  context.strokeRect(x - reach, y - reach, 2 * reach, 2 * reach);
  context.setLineDash([]);
}

/** The outline of a ball, and its equator as it is seen. */
function drawBall(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  radius: number,
  pitch: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  for (const [flat, width] of [
    [1, 1.5],
    [Math.abs(Math.sin((pitch * Math.PI) / 180)), 1],
  ] as const) {
    context.lineWidth = width;
    context.beginPath();
    context.ellipse(x, y, radius, radius * flat, 0, 0, 2 * Math.PI);
    context.stroke();
  }
}

/** More trails than these are paler. */
const MANY = 30;

/** Faint lines, stronger towards the present; one alone has a dot at each step. */
function drawTrails(
  context: CanvasRenderingContext2D,
  trails: readonly (readonly (readonly [number, number])[])[],
  colour: string,
): void {
  const alone = trails.length === 1;
  // Many lines over each other must not hide the points.
  const share = Math.min(1, MANY / trails.length);
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = alone ? 2 : 1;
  for (const trail of trails)
    trail.forEach(([x, y], k) => {
      context.globalAlpha = alone
        ? 0.3 + (0.5 * k) / trail.length
        : share * (0.08 + (0.2 * k) / trail.length);
      const next = trail[k + 1];
      if (!next) return;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(...next);
      context.stroke();
      if (alone) context.fillRect(x - 2.5, y - 2.5, 5, 5);
    });
  context.globalAlpha = 1;
}

interface Sheet extends Pick<OverlayRequest, 'theme' | 'reach'> {
  readonly context: CanvasRenderingContext2D;
  readonly at: (place: readonly [number, number]) => readonly [number, number];
  readonly ground: string;
}

/** Lines from a point to its neighbours, which get rings. */
function star(
  { context, at, theme, reach, ground }: Sheet,
  centre: readonly [number, number],
  neighbours: readonly MarkedPoint[],
): void {
  const [sx, sy] = at(centre);
  for (const { x, y, right, image } of neighbours) {
    const [nx, ny] = at([x, y]);
    const colour = right ? theme.good : theme.bad;
    context.setLineDash(right ? [] : [4, 4]);
    context.lineWidth = 1.5;
    context.strokeStyle = colour;
    context.beginPath();
    context.moveTo(sx, sy);
    context.lineTo(nx, ny);
    context.stroke();
    context.setLineDash([]);
    if (image) {
      const side = Math.max(12, 1.3 * reach);
      // White paper is dimmed in the dark.
      context.globalAlpha = theme.ground[0] < 128 ? 0.72 : 1;
      context.drawImage(image, nx - side / 2, ny - side / 2, side, side);
      context.globalAlpha = 1;
    }
    ring(context, nx, ny, reach, colour, ground);
    if (right) continue;
    context.beginPath();
    context.moveTo(nx - reach * 0.7, ny - reach * 0.7);
    context.lineTo(nx + reach * 0.7, ny + reach * 0.7);
    context.stroke();
  }
}

/** Rings around the selected point and its neighbours: a full ring for the same class, a crossed one for another; corners where a point is near in the picture only. */
export function drawSelection(
  canvas: HTMLCanvasElement,
  {
    size,
    view,
    theme,
    reach,
    selected,
    hovered,
    neighbours,
    hoveredNeighbours,
    ball,
    trails,
    intruders,
  }: OverlayRequest,
): void {
  if (!selected && !hovered && !ball && trails.length === 0) {
    // A first context waits for the graphics process; at the opening of the page nothing is to be marked yet.
    if (canvas.width > 1) canvas.width = 1;
    return;
  }
  const context = sharpContext(canvas, size.width, size.height);
  if (!context) return;
  const at = ([x, y]: readonly [number, number]): readonly [number, number] => [
    x * view.scale + view.offsetX,
    view.offsetY - y * view.scale,
  ];
  const ground = `rgb(${theme.ground.join(' ')})`;
  if (ball) drawBall(context, at([0, 0]), ball.radius * view.scale, ball.pitch, theme.faint);
  const sheet = { context, at, theme, reach, ground };
  drawTrails(
    context,
    trails.map((trail) => trail.map(at)),
    theme.text,
  );
  if (hovered) star(sheet, hovered, hoveredNeighbours);
  if (selected) {
    star(sheet, selected, neighbours);
    for (const place of intruders) corners(context, ...at(place), reach - 2.5, theme.text, ground);
    ring(context, ...at(selected), reach + 3, theme.text, ground);
  }
  if (hovered) ring(context, ...at(hovered), reach + 1, theme.accent, ground);
}
