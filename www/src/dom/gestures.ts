export interface GestureHandlers {
  readonly drag: (dx: number, dy: number) => void;
  readonly zoom: (x: number, y: number, factor: number) => void;
  readonly tap: (x: number, y: number, touch: boolean) => void;
  readonly hover: (at: readonly [number, number] | null) => void;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where a finger was, and where it is. */
interface Finger {
  readonly was: Place;
  readonly is: Place;
}

const TAP_REACH = 6;

/** Two fingers move and zoom the surface between them. */
function pinch(one: Finger, other: Finger, { drag, zoom }: GestureHandlers): void {
  const span = (a: Place, b: Place): number => Math.max(10, Math.hypot(a.x - b.x, a.y - b.y));
  const middle = (a: Place, b: Place): Place => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const [from, to] = [middle(one.was, other.was), middle(one.is, other.is)];
  drag(to.x - from.x, to.y - from.y);
  zoom(to.x, to.y, span(one.is, other.is) / span(one.was, other.was));
}

/** Mouse and touch on one surface: drag, wheel, pinch, tap. Positions are CSS pixels from its corner. */
export function watchGestures(surface: HTMLElement, handlers: GestureHandlers): () => void {
  const down = new Map<number, Place>();
  let travelled = 0;
  const place = (event: MouseEvent): Place => {
    const box = surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const started = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    surface.setPointerCapture(event.pointerId);
    down.set(event.pointerId, place(event));
    travelled = down.size === 1 ? 0 : TAP_REACH + 1;
  };
  const moved = (event: PointerEvent): void => {
    const next = place(event);
    const before = down.get(event.pointerId);
    if (!before) {
      if (event.pointerType === 'mouse') handlers.hover([next.x, next.y]);
      return;
    }
    travelled += Math.hypot(next.x - before.x, next.y - before.y);
    const [one, other] = [...down].map(([id, was]) => ({ was, is: id === event.pointerId ? next : was }));
    if (down.size === 2 && one && other) pinch(one, other, handlers);
    else if (travelled > TAP_REACH) handlers.drag(next.x - before.x, next.y - before.y);
    down.set(event.pointerId, next);
  };
  const ended = (event: PointerEvent): void => {
    const last = down.get(event.pointerId);
    down.delete(event.pointerId);
    if (last && event.type === 'pointerup' && travelled <= TAP_REACH)
      handlers.tap(last.x, last.y, event.pointerType === 'touch');
  };
  const left = (): void => {
    handlers.hover(null);
  };
  const wheeled = (event: WheelEvent): void => {
    event.preventDefault();
    const { x, y } = place(event);
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    handlers.zoom(x, y, Math.exp(-Math.max(-120, Math.min(120, pixels)) * 0.0025));
  };
  const watch = new AbortController();
  const { signal } = watch;
  surface.addEventListener('pointerdown', started, { signal });
  surface.addEventListener('pointermove', moved, { signal });
  surface.addEventListener('pointerup', ended, { signal });
  surface.addEventListener('pointercancel', ended, { signal });
  surface.addEventListener('pointerleave', left, { signal });
  surface.addEventListener('wheel', wheeled, { signal, passive: false });
  return () => {
    watch.abort();
  };
}
