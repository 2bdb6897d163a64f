import { trusted } from '../dom/trusted';
import type { Pictures } from './atlas';
import { pointCanvas, type DrawRequest, type PointMap } from './point-map';
import type { PointMessage } from './point-messages';
import script from './point-worker.ts?worker&url';

/**
 * Points in a Worker: by WebGL2 where a graphics card draws, by stamps otherwise. On the page's own thread, making a context or
 * changing a canvas's size waits for all that the graphics process has to do, which at the opening of the page is the page
 * itself: some 100 ms on two cores.
 */
export class WorkerPointMap implements PointMap {
  readonly kind = 'worker';
  readonly element: HTMLCanvasElement;
  readonly #worker: Worker;

  /** Null where a canvas cannot be given away. `failed` is called where the Worker finds that it cannot draw after all. */
  static create(failed: () => void): WorkerPointMap | null {
    const element = pointCanvas();
    if (!('transferControlToOffscreen' in element)) return null;
    const worker = new Worker(trusted(script), { type: 'module', name: 'metriclab-points' });
    return new WorkerPointMap(element, worker, failed);
  }

  private constructor(element: HTMLCanvasElement, worker: Worker, failed: () => void) {
    this.element = element;
    this.#worker = worker;
    worker.onmessage = failed;
    worker.onerror = (event) => {
      event.preventDefault();
      failed();
    };
    const canvas = element.transferControlToOffscreen();
    this.#tell({ type: 'canvas', canvas }, [canvas]);
  }

  setPositions(from: Float32Array, to: Float32Array): void {
    this.#tell({ type: 'positions', from, to });
  }

  setMarks(marks: Uint8Array): void {
    this.#tell({ type: 'marks', marks });
  }

  setPictures({ pixels, count, channels, height, width }: Pictures): void {
    this.#tell({ type: 'pictures', pictures: { pixels, count, channels, height, width } });
  }

  draw(request: DrawRequest): void {
    this.#tell({ type: 'draw', request });
  }

  destroy(): void {
    this.#worker.terminate();
    this.element.remove();
  }

  #tell(message: PointMessage, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}
