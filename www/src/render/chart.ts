import { sharpContext } from '../dom/canvas';
import { linearTicks, logTicks } from '../geometry/ticks';
import type { Theme } from './theme';

export interface Line {
  readonly points: readonly { readonly at: number; readonly value: number }[];
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly width?: number;
  readonly dots?: boolean;
}

/** A level that does not change with the steps. */
export interface Level {
  readonly value: number;
  readonly colour: string;
}

export interface Chart {
  readonly lines: readonly Line[];
  readonly levels: readonly Level[];
  readonly log: boolean;
  /** Fixed ends of the scale of values; otherwise by what is shown. */
  readonly range?: readonly [number, number];
  readonly label: (value: number) => string;
}

const LEFT = 44;
const BOTTOM = 20;
const TOP = 8;
const RIGHT = 8;

function rangeOf({ lines, levels, log, range }: Chart): readonly [number, number] {
  if (range) return range;
  const values = [
    ...lines.flatMap(({ points }) => points.map(({ value }) => value)),
    ...levels.map(({ value }) => value),
  ].filter((value) => Number.isFinite(value) && (!log || value > 0));
  if (values.length === 0) return log ? [0.01, 1] : [0, 1];
  const high = Math.max(...values);
  const low = Math.min(...values);
  if (!log) return [Math.min(0, low), high > 0 ? high * 1.05 : 1];
  const floor = Math.max(low, high * 1e-5);
  return floor < high ? [floor, high * 1.2] : [high / 2, high * 2];
}

/** Draws lines over training steps. */
export function drawChart(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  chart: Chart,
  theme: Theme,
): void {
  const context = sharpContext(canvas, width, height, true);
  if (!context || width < 80 || height < 50) return;
  const [low, high] = rangeOf(chart);
  const last = Math.max(10, ...chart.lines.map(({ points }) => points.at(-1)?.at ?? 0));
  const x = (at: number): number => LEFT + ((width - LEFT - RIGHT) * at) / last;
  const scaled = (value: number): number =>
    chart.log ? Math.log(Math.max(value, low) / low) / Math.log(high / low) : (value - low) / (high - low);
  const y = (value: number): number => height - BOTTOM - (height - BOTTOM - TOP) * scaled(value);
  context.font = theme.font.replace(/^[\d.]+px/, (size) => `${parseFloat(size) * 0.72}px`);
  context.fillStyle = theme.faint;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const tick of chart.log ? logTicks(low, high) : linearTicks(low, high, 4)) {
    context.beginPath();
    context.moveTo(LEFT, y(tick));
    context.lineTo(width - RIGHT, y(tick));
    context.stroke();
    context.fillText(chart.label(tick), LEFT - 6, y(tick));
  }
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const tick of linearTicks(0, last, 4))
    context.fillText(
      tick >= 10_000 ? `${tick / 1000}k` : String(tick),
      Math.min(x(tick), width - RIGHT - 10),
      height - BOTTOM + 5,
    );
  for (const { value, colour } of chart.levels) {
    context.setLineDash([5, 4]);
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(LEFT, y(value));
    context.lineTo(width - RIGHT, y(value));
    context.stroke();
  }
  for (const line of chart.lines) drawLine(context, line, x, y);
}

function drawLine(
  context: CanvasRenderingContext2D,
  line: Line,
  x: (at: number) => number,
  y: (value: number) => number,
): void {
  context.setLineDash([...(line.dash ?? [])]);
  context.strokeStyle = line.colour;
  context.fillStyle = line.colour;
  context.lineWidth = line.width ?? 2;
  context.lineJoin = 'round';
  context.beginPath();
  for (const { at, value } of line.points) context.lineTo(x(at), y(value));
  context.stroke();
  context.setLineDash([]);
  if (line.dots !== true || line.points.length > 60) return;
  for (const { at, value } of line.points) {
    context.beginPath();
    context.arc(x(at), y(value), 2.5, 0, 2 * Math.PI);
    context.fill();
  }
}
