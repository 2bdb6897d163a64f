import { turned } from '../../geometry/ball';
import { panBy, zoomAt, type Camera, type Size } from '../../geometry/camera';
import type { Direction } from '../../geometry/picking';
import { printNumber } from '../../store/property';
import { START_ANGLES, START_CAMERA } from '../../store/settings';
import type { Page } from '../page';

const PAN_STEP = 60;
const ZOOM_STEP = 1.4;
/** Degrees by a key or a button. */
export const TURN_STEP = 15;

const WAYS: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [1, 0],
  right: [-1, 0],
  up: [0, 1],
  down: [0, -1],
};

/** From where the map is seen: the camera over the plane, the angles of a space. A link holds both. */
export class Viewpoint {
  size: Size = { width: 0, height: 0 };
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get camera(): Camera {
    const [x = 0, y = 0, zoom = 1] = this.#page.store.value.camera;
    return { x, y, zoom: Math.max(zoom, 0.1) };
  }

  /** Zooms around a place on the screen; the middle, if none is given. */
  zoom(factor: number, x = this.size.width / 2, y = this.size.height / 2): void {
    this.#look(zoomAt(this.camera, this.size, x, y, factor));
  }

  home(): void {
    this.#page.store.set({ camera: START_CAMERA, angles: START_ANGLES });
  }

  turn(right: number, down: number): void {
    const { store } = this.#page;
    const [yaw = 0, pitch = 0] = store.value.angles;
    store.set({ angles: asLinked(turned([yaw, pitch], right, down)) });
  }

  /** A drag moves the plane, and turns the space: over the whole map it is half a turn. */
  drag(dx: number, dy: number): void {
    const degrees = 180 / Math.max(1, Math.min(this.size.width, this.size.height));
    if (this.#page.projections.inSpace) this.turn(dx * degrees, dy * degrees);
    else this.#pan(dx, dy);
  }

  /** Moves the view over the plane; a space turns the way of the arrow. */
  go(direction: Direction): void {
    const [dx, dy] = WAYS[direction];
    if (this.#page.projections.inSpace) this.turn(-TURN_STEP * dx, -TURN_STEP * dy);
    else this.#pan(PAN_STEP * dx, PAN_STEP * dy);
  }

  /** Whether the key was one that zooms. */
  key(key: string): boolean {
    if (key === '+' || key === '=') this.zoom(ZOOM_STEP);
    else if (key === '-') this.zoom(1 / ZOOM_STEP);
    else if (key === '0') this.home();
    else return false;
    return true;
  }

  #pan(dx: number, dy: number): void {
    this.#look(panBy(this.camera, this.size, dx, dy));
  }

  #look({ x, y, zoom }: Camera): void {
    this.#page.store.set({ camera: asLinked([x, y, zoom]) });
  }
}

/** Numbers as a link holds them. */
const asLinked = (values: readonly number[]): number[] => values.map((value) => Number(printNumber(value)));
