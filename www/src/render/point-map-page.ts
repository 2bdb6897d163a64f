import type { Pictures } from './atlas';
import { pointCanvas, type DrawRequest, type PointLayer, type PointMap } from './point-map';
import { GlPoints } from './points-gl';
import { StampedPoints } from './points-stamped';

/** Points on the page's own thread, for a browser that gives no canvas to a Worker. */
export class PagePointMap implements PointMap {
  readonly kind: 'webgl2' | 'stamps';
  readonly element: HTMLCanvasElement;
  readonly #points: PointLayer;

  /** Null where there is no WebGL2. */
  static byGl(changed: () => void): PagePointMap | null {
    const element = pointCanvas();
    const points = GlPoints.create(element, changed);
    return points && new PagePointMap('webgl2', element, points);
  }

  static byStamps(): PagePointMap {
    const element = pointCanvas();
    return new PagePointMap('stamps', element, new StampedPoints(element));
  }

  private constructor(kind: 'webgl2' | 'stamps', element: HTMLCanvasElement, points: PointLayer) {
    this.kind = kind;
    this.element = element;
    this.#points = points;
  }

  setPositions(from: Float32Array, to: Float32Array): void {
    this.#points.setPositions(from, to);
  }

  setMarks(marks: Uint8Array): void {
    this.#points.setMarks(marks);
  }

  setPictures(pictures: Pictures): void {
    this.#points.setPictures(pictures);
  }

  draw(request: DrawRequest): void {
    this.#points.draw(request);
  }

  destroy(): void {
    this.#points.destroy();
    this.element.remove();
  }
}
