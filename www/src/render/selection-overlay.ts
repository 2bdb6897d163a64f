import type { Size, View } from '../geometry/camera';
import { sharpContext } from '../dom/canvas';
import type { Theme } from './theme';

export interface MarkedPoint {
  readonly x: number;
  readonly y: number;
  readonly right: boolean;
}

export interface OverlayRequest {
  readonly size: Size;
  readonly view: View;
  readonly theme: Theme;
  readonly reach: number;
  readonly selected: readonly [number, number] | null;
  readonly hovered: readonly [number, number] | null;
  readonly neighbours: readonly MarkedPoint[];
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

/** Rings around the selected point and its neighbours: a full ring for the same class, a crossed one for another; corners where a point is near in the picture only. */
export function drawSelection(
  canvas: HTMLCanvasElement,
  { size, view, theme, reach, selected, hovered, neighbours, intruders }: OverlayRequest,
): void {
  if (!selected && !hovered) {
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
  if (selected) {
    const [sx, sy] = at(selected);
    for (const { x, y, right } of neighbours) {
      const [nx, ny] = at([x, y]);
      context.setLineDash(right ? [] : [4, 4]);
      context.lineWidth = 1.5;
      context.strokeStyle = right ? theme.good : theme.bad;
      context.beginPath();
      context.moveTo(sx, sy);
      context.lineTo(nx, ny);
      context.stroke();
      context.setLineDash([]);
      ring(context, nx, ny, reach, right ? theme.good : theme.bad, ground);
      if (!right) {
        context.beginPath();
        context.moveTo(nx - reach * 0.7, ny - reach * 0.7);
        context.lineTo(nx + reach * 0.7, ny + reach * 0.7);
        context.stroke();
      }
    }
    for (const place of intruders) corners(context, ...at(place), reach - 2.5, theme.text, ground);
    ring(context, sx, sy, reach + 3, theme.text, ground);
  }
  if (hovered) ring(context, ...at(hovered), reach + 1, theme.accent, ground);
}
