import type { View } from './camera';

/** The point nearest to the screen position (x, y), at most `reach` pixels away; -1 for none. */
export function pointAt(
  xy: Float32Array,
  visible: (index: number) => boolean,
  view: View,
  x: number,
  y: number,
  reach: number,
): number {
  const px = (x - view.offsetX) / view.scale;
  const py = (view.offsetY - y) / view.scale;
  let best = (reach / view.scale) ** 2;
  let found = -1;
  for (let i = 0; 2 * i < xy.length; i++) {
    const dx = (xy[2 * i] ?? NaN) - px;
    const dy = (xy[2 * i + 1] ?? NaN) - py;
    const square = dx * dx + dy * dy;
    if (square < best && visible(i)) {
      best = square;
      found = i;
    }
  }
  return found;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

const WAYS: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, 1],
  down: [0, -1],
};

/** The next point from `from` in a direction: near, and more ahead than aside. */
export function neighbourTowards(
  xy: Float32Array,
  visible: (index: number) => boolean,
  from: number,
  direction: Direction,
): number {
  const [wx, wy] = WAYS[direction];
  const ox = xy[2 * from] ?? NaN;
  const oy = xy[2 * from + 1] ?? NaN;
  let best = Infinity;
  let found = -1;
  for (let i = 0; 2 * i < xy.length; i++) {
    if (i === from) continue;
    const dx = (xy[2 * i] ?? NaN) - ox;
    const dy = (xy[2 * i + 1] ?? NaN) - oy;
    const ahead = dx * wx + dy * wy;
    const aside = Math.abs(dx * wy - dy * wx);
    if (!(ahead > 0) || aside > ahead) continue;
    const cost = ahead + 2 * aside;
    if (cost < best && visible(i)) {
      best = cost;
      found = i;
    }
  }
  return found;
}
