import type { Pictures } from './atlas';
import { HIDDEN, KINDS, kindsOf, MarkStamps, NEARER_KINDS, STEPS } from './mark-stamps';
import { PictureStamps } from './picture-stamps';
import type { DrawRequest, PointLayer } from './point-map';
import { StampedFrame } from './stamped-frame';

/** The nearer half lies over the farther one; a later point over an earlier one. */
const HALVES = [
  [NEARER_KINDS, KINDS],
  [HIDDEN + 1, NEARER_KINDS],
] as const;

/** Points that move, drawn into an array: each mark is copied from a stamp. */
export class Stamper {
  readonly frame = new StampedFrame();
  readonly #stamps = new MarkStamps();
  #from: Float32Array = new Float32Array();
  #to: Float32Array = new Float32Array();
  #kinds: Int16Array = new Int16Array();
  #pictures: PictureStamps | null = null;

  setPositions(from: Float32Array, to: Float32Array): void {
    this.#from = from;
    this.#to = to;
  }

  setMarks(marks: Uint8Array): void {
    this.#kinds = kindsOf(marks);
  }

  setPictures(pictures: Pictures): void {
    this.#pictures = new PictureStamps(pictures);
  }

  draw(request: DrawRequest): void {
    const { size, ratio, dot, picture, ground } = request;
    const [width, height] = [size.width, size.height].map((length) =>
      Math.max(1, Math.round(length * ratio)),
    ) as [number, number];
    const diameter = (picture > 0 ? picture : dot) * ratio;
    const reach = Math.ceil(diameter / 2) + 1;
    this.frame.begin(width, height, 2 * reach);
    this.#stamps.prepare(diameter, ground, this.frame.stride);
    if (picture > 0) this.#pictures?.prepare(diameter, ratio);
    if (this.#to.length === 2 * this.#kinds.length)
      for (const [first, end] of HALVES) this.#stampAll(request, first, end, reach);
    this.frame.end();
  }

  /** The points whose kinds lie from `first` to `end`. */
  #stampAll({ view, size, t, picture }: DrawRequest, first: number, end: number, reach: number): void {
    const frame = this.frame;
    const stamps = this.#stamps;
    const kinds = this.#kinds;
    const pictures = picture > 0 ? this.#pictures : null;
    const [from, to] = [this.#from, this.#to];
    const { margin, width, height, stride } = frame;
    const [across, down] = [width / size.width, height / size.height];
    const [scaleX, scaleY] = [view.scale * across, -view.scale * down];
    const [offsetX, offsetY] = [view.offsetX * across + margin, view.offsetY * down + margin];
    const least = margin - reach;
    const [mostX, mostY] = [margin + width + reach, margin + height + reach];
    for (let i = kinds.length - 1; i >= 0; i--) {
      const kind = kinds[i] ?? HIDDEN;
      if (kind < first || kind >= end) continue;
      const fromX = from[2 * i] ?? 0;
      const fromY = from[2 * i + 1] ?? 0;
      const x = (fromX + ((to[2 * i] ?? 0) - fromX) * t) * scaleX + offsetX;
      const y = (fromY + ((to[2 * i + 1] ?? 0) - fromY) * t) * scaleY + offsetY;
      // Nor is what has no place.
      if (!(x > least && x < mostX && y > least && y < mostY)) continue;
      const column = x | 0;
      const row = y | 0;
      if (frame.covered(column, row, reach)) continue;
      const stepX = ((x - column) * STEPS) | 0;
      const stepY = ((y - row) * STEPS) | 0;
      if (pictures && i < pictures.count) pictures.stamp(frame, i, kind, column, row, stepX, stepY);
      else {
        const begin = stamps.at(kind, stepX, stepY);
        frame.stamp(stamps.numbers, begin, row * stride + column);
      }
    }
  }
}

/** Points without a graphics card, on a canvas of the page or of a Worker. */
export class StampedPoints implements PointLayer {
  readonly #canvas: HTMLCanvasElement | OffscreenCanvas;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #stamper = new Stamper();
  #image: ImageData | null = null;

  constructor(canvas: HTMLCanvasElement | OffscreenCanvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D | null;
  }

  setPositions(from: Float32Array, to: Float32Array): void {
    this.#stamper.setPositions(from, to);
  }

  setMarks(marks: Uint8Array): void {
    this.#stamper.setMarks(marks);
  }

  setPictures(pictures: Pictures): void {
    this.#stamper.setPictures(pictures);
  }

  draw(request: DrawRequest): void {
    this.#stamper.draw(request);
    const { width, height, margin, stride, rows, pixels } = this.#stamper.frame;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    if (this.#image?.data.buffer !== pixels.buffer)
      this.#image = new ImageData(new Uint8ClampedArray(pixels.buffer), stride, rows);
    this.#context?.putImageData(this.#image, -margin, -margin, margin, margin, width, height);
  }

  destroy(): void {
    this.#image = null;
  }
}
