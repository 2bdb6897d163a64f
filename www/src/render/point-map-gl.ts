import type { PackedDataset } from 'metriclab';
import { pointCanvas, type DrawRequest, type PointMap } from './point-map';
import { GlPoints } from './points-gl';

/** Points by WebGL2 on the page's own thread, for a browser whose Workers have none. */
export class GlPointMap implements PointMap {
  readonly kind = 'webgl2';
  readonly element: HTMLCanvasElement;
  readonly #points: GlPoints;

  static create(changed: () => void): GlPointMap | null {
    const element = pointCanvas();
    const points = GlPoints.create(element, changed);
    return points && new GlPointMap(element, points);
  }

  private constructor(element: HTMLCanvasElement, points: GlPoints) {
    this.element = element;
    this.#points = points;
  }

  setPositions(from: Float32Array, to: Float32Array): void {
    this.#points.setPositions(from, to);
  }

  setMarks(marks: Uint8Array): void {
    this.#points.setMarks(marks);
  }

  setPictures(data: PackedDataset): void {
    this.#points.setPictures(data);
  }

  draw(request: DrawRequest): void {
    this.#points.draw(request);
  }

  destroy(): void {
    this.#points.destroy();
    this.element.remove();
  }
}
