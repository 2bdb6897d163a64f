export interface GestureHandlers {
  readonly drag: (dx: number, dy: number) => void;
  readonly zoom: (x: number, y: number, factor: number) => void;
  readonly tap: (x: number, y: number, touch: boolean) => void;
  readonly hover: (at: readonly [number, number] | null) => void;
}

const TAP_REACH = 6;

/** Mouse and touch on one surface: drag, wheel, pinch, tap. Positions are CSS pixels from its corner. */
export function watchGestures(surface: HTMLElement, handlers: GestureHandlers): () => void {
  const down = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  const place = (event: MouseEvent): { x: number; y: number } => {
    const box = surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const pinch = (id: number, next: { x: number; y: number }): void => {
    const [one, other] = [...down.entries()].map(([key, value]) =>
      key === id ? { was: value, is: next } : { was: value, is: value },
    );
    if (!one || !other) return;
    const span = (a: { x: number; y: number }, b: { x: number; y: number }): number =>
      Math.max(10, Math.hypot(a.x - b.x, a.y - b.y));
    const middle = { x: (one.is.x + other.is.x) / 2, y: (one.is.y + other.is.y) / 2 };
    handlers.drag(
      (one.is.x + other.is.x - one.was.x - other.was.x) / 2,
      (one.is.y + other.is.y - one.was.y - other.was.y) / 2,
    );
    handlers.zoom(middle.x, middle.y, span(one.is, other.is) / span(one.was, other.was));
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
    if (down.size === 2) pinch(event.pointerId, next);
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
  surface.addEventListener('pointerdown', started);
  surface.addEventListener('pointermove', moved);
  surface.addEventListener('pointerup', ended);
  surface.addEventListener('pointercancel', ended);
  surface.addEventListener('pointerleave', left);
  surface.addEventListener('wheel', wheeled, { passive: false });
  return () => {
    surface.removeEventListener('pointerdown', started);
    surface.removeEventListener('pointermove', moved);
    surface.removeEventListener('pointerup', ended);
    surface.removeEventListener('pointercancel', ended);
    surface.removeEventListener('pointerleave', left);
    surface.removeEventListener('wheel', wheeled);
  };
}
