import type { Spot } from '../compare/draw';

export const WAYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
} as const;
export type Way = keyof typeof WAYS;

/**
 * The spot that an arrow key leads to: of all spots in its direction (within 60°) the one with the least way, where a sideways
 * pixel counts twice. Null where there is none.
 */
export function nextSpot(spots: readonly Spot[], from: number, way: Way): number | null {
  const here = spots[from];
  if (!here) return null;
  const [x, y] = WAYS[way];
  let best: number | null = null;
  let least = Infinity;
  spots.forEach((spot, at) => {
    const [dx, dy] = [spot.x - here.x, spot.y - here.y];
    const along = dx * x + dy * y;
    const aside = Math.abs(dx * y - dy * x);
    if (along <= 0 || aside > 1.73 * along) return;
    const cost = along + 2 * aside;
    if (cost < least) [least, best] = [cost, at];
  });
  return best;
}
