import type { TripletGeometry } from 'metriclab';
import { html } from '../../dom/element';
import { CORNERS, type Corner, type Plane } from '../../render/plane';
import type { Page } from '../page';
import { moved } from './taken';

/** A screen reader is told where a point is once it has stayed there so long. */
const ANNOUNCE_MS = 250;

/** The view around the handles. */
interface Around {
  readonly extent: () => number;
  readonly geometry: () => TripletGeometry | null;
  /** A point was dragged and let go. */
  readonly onRelease: () => void;
}

/** The three points in the plane, moved by pointer and by arrow keys, and named for screen readers. */
export class Handles {
  readonly announcement = html('p', {
    class: 'unseen-text',
    role: 'status',
    'aria-live': 'polite',
    'data-testid': 'announcement',
  });
  readonly #page: Page;
  readonly #plane: Plane;
  readonly #around: Around;
  #dragging: Corner | null = null;
  /** The corner that was moved last. */
  #touched: Corner | null = null;
  #announcing = 0;

  constructor(page: Page, plane: Plane, around: Around) {
    this.#page = page;
    this.#plane = plane;
    this.#around = around;
    for (const corner of CORNERS) this.#makeDraggable(corner);
  }

  cancel(): void {
    clearTimeout(this.#announcing);
  }

  /** Names each handle with its place. */
  label(points: readonly number[]): void {
    const { t } = this.#page;
    for (const corner of CORNERS) {
      const [x = 0, y = 0] = [points[2 * corner], points[2 * corner + 1]];
      const name = t.find('corner', String(corner)) ?? '';
      this.#plane.handles[corner]?.setAttribute(
        'aria-label',
        t.text('triplet.handle', { name, x: t.decimal(x, 2), y: t.decimal(y, 2) }),
      );
    }
  }

  /** Tells a screen reader the new values, once the points rest. */
  announceSoon(): void {
    clearTimeout(this.#announcing);
    if (this.#dragging !== null || this.#touched === null) return;
    this.#announcing = window.setTimeout(() => {
      const { store, t } = this.#page;
      const corner = this.#touched;
      const geometry = this.#around.geometry();
      if (corner === null || !geometry) return;
      const { points } = store.value;
      this.announcement.textContent = t.text('triplet.said', {
        name: t.find('corner', String(corner)) ?? '',
        x: t.decimal(points[2 * corner] ?? 0, 2),
        y: t.decimal(points[2 * corner + 1] ?? 0, 2),
        d: geometry.similarity ? 's' : 'd',
        ap: t.decimal(geometry.ap, 3),
        an: t.decimal(geometry.an, 3),
        zone: t.text(`zone.${geometry.zone}`),
      });
    }, ANNOUNCE_MS);
  }

  #makeDraggable(corner: Corner): void {
    const handle = this.#plane.handles[corner];
    if (!handle) return;
    const down = (event: PointerEvent): void => {
      // The room around a point may be another's, too.
      const beside = event.target instanceof Element && event.target.classList.contains('touch');
      const taken = beside ? this.#plane.nearest(event.clientX, event.clientY) : corner;
      this.#dragging = taken;
      this.#plane.handles[taken]?.setPointerCapture(event.pointerId);
      event.preventDefault();
      this.#plane.handles[taken]?.focus();
    };
    const move = (event: PointerEvent): void => {
      if (this.#dragging === corner) this.#put(corner, this.#plane.pointAt(event.clientX, event.clientY));
    };
    const up = (): void => {
      if (this.#dragging !== corner) return;
      this.#dragging = null;
      this.#around.onRelease();
    };
    const key = (event: KeyboardEvent): void => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const size = this.#around.extent() * (event.shiftKey ? 0.1 : 0.02);
      const { points } = this.#page.store.value;
      this.#put(corner, [
        (points[2 * corner] ?? 0) + size * (way[0] ?? 0),
        (points[2 * corner + 1] ?? 0) + size * (way[1] ?? 0),
      ]);
    };
    handle.addEventListener('pointerdown', down);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', up);
    handle.addEventListener('pointercancel', up);
    handle.addEventListener('keydown', key);
  }

  #put(corner: Corner, [x, y]: readonly [number, number]): void {
    const { store } = this.#page;
    const points = [...store.value.points];
    const limit = 4 * this.#around.extent();
    points[2 * corner] = Math.max(-limit, Math.min(limit, x));
    points[2 * corner + 1] = Math.max(-limit, Math.min(limit, y));
    this.#touched = corner;
    store.set({ points, ...moved(store) });
  }
}
