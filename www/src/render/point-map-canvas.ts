import type { PackedDataset } from 'metriclab';
import { sharpContext } from '../dom/canvas';
import { COLOURS, css, SHAPES, SHAPE_PATHS } from './palette';
import { NEAREST, opacityAt, pointCanvas, sizeAt, type DrawRequest, type PointMap } from './point-map';
import { sampleCanvas } from '../dom/sample';

/** More pictures than this at once would make a plain canvas slow. */
const MOST_PICTURES = 400;

/** Points on a plain canvas, for a browser without WebGL2. */
export class CanvasPointMap implements PointMap {
  readonly kind = 'canvas2d';
  readonly element = pointCanvas();
  readonly #shapes = SHAPES.map((shape) => new Path2D(SHAPE_PATHS[shape]));
  readonly #tiles = new Map<number, HTMLCanvasElement>();
  #from: Float32Array = new Float32Array();
  #to: Float32Array = new Float32Array();
  #marks: Uint8Array = new Uint8Array();
  #data: PackedDataset | null = null;

  setPositions(from: Float32Array, to: Float32Array): void {
    this.#from = from;
    this.#to = to;
  }

  setMarks(marks: Uint8Array): void {
    this.#marks = marks;
  }

  setPictures(data: PackedDataset): void {
    this.#data = data;
    this.#tiles.clear();
  }

  draw(request: DrawRequest): void {
    const { view, size, t, dot, picture } = request;
    const context = sharpContext(this.element, size.width, size.height);
    if (!context || this.#to.length * 2 !== this.#marks.length) return;
    const inside: (readonly [number, number, number])[] = [];
    for (let i = 0; 2 * i < this.#to.length; i++) {
      if (this.#marks[4 * i + 2] === 0) continue;
      const x = this.#mix(2 * i, t) * view.scale + view.offsetX;
      const y = view.offsetY - this.#mix(2 * i + 1, t) * view.scale;
      if (x > -dot && y > -dot && x < size.width + dot && y < size.height + dot) inside.push([i, x, y]);
    }
    const nearness = ([i]: readonly [number, number, number]): number => this.#marks[4 * i + 2] ?? NEAREST;
    inside.sort((one, other) => nearness(one) - nearness(other));
    const pictures = picture > 0 && inside.length <= MOST_PICTURES;
    for (const one of inside) {
      const [i, x, y] = one;
      const near = nearness(one);
      const size = sizeAt(near);
      context.globalAlpha = opacityAt(near);
      if (pictures) this.#drawPicture(context, i, x, y, picture * size);
      else this.#drawMark(context, i, x, y, dot * size);
    }
    context.globalAlpha = 1;
  }

  destroy(): void {
    this.element.remove();
  }

  #mix(at: number, t: number): number {
    const from = this.#from[at] ?? NaN;
    return from + ((this.#to[at] ?? NaN) - from) * t;
  }

  #drawMark(context: CanvasRenderingContext2D, i: number, x: number, y: number, dot: number): void {
    const path = this.#shapes[(this.#marks[4 * i + 1] ?? 0) % this.#shapes.length];
    if (!path) return;
    const style = css(COLOURS[(this.#marks[4 * i] ?? 0) % COLOURS.length] ?? [0, 0, 0]);
    context.save();
    context.translate(x, y);
    context.scale(dot / 2, dot / 2);
    if (this.#marks[4 * i + 3] === 1) {
      context.strokeStyle = style;
      context.lineWidth = 0.35;
      context.stroke(path);
    } else {
      context.fillStyle = style;
      context.fill(path);
    }
    context.restore();
  }

  #drawPicture(context: CanvasRenderingContext2D, i: number, x: number, y: number, side: number): void {
    if (!this.#data) return;
    let tile = this.#tiles.get(i);
    if (!tile) {
      if (this.#tiles.size > 4 * MOST_PICTURES) this.#tiles.clear();
      tile = sampleCanvas(this.#data, i);
      this.#tiles.set(i, tile);
    }
    context.drawImage(tile, x - side / 2, y - side / 2, side, side);
    context.strokeStyle = css(COLOURS[(this.#marks[4 * i] ?? 0) % COLOURS.length] ?? [0, 0, 0]);
    context.lineWidth = 2;
    context.strokeRect(x - side / 2, y - side / 2, side, side);
  }
}
