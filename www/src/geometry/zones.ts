import type { Outline } from 'metriclab';

export type Place = readonly [number, number];
/** Left, bottom, right, top; with y down, left, top, right, bottom. */
export type Box = readonly [number, number, number, number];

/** Wider than high: so many times. */
export const PLANE_ASPECT = 1.6;

/** Half the height of a plane around the origin that shows all points: a round number, so that the scale seldom changes. */
export function extentOf(points: readonly number[]): number {
  const far =
    1.1 * Math.max(0.02, ...points.map((value, i) => Math.abs(value) / (i % 2 === 0 ? PLANE_ASPECT : 1)));
  for (let power = 0.01; ; power *= 10) {
    for (const lead of [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8]) if (lead * power >= far) return lead * power;
  }
}

/** Two corners of the box around an outline; none where it is empty or reaches the border of the frame. */
export function boxOf(outline: Outline, [left, bottom, right, top]: Box): number[] {
  const numbers = outline.flat();
  const xs = numbers.filter((_, i) => i % 2 === 0);
  const ys = numbers.filter((_, i) => i % 2 === 1);
  const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  const [x0 = left, y0 = bottom, x1 = right, y1 = top] = box;
  const slack = 1e-6 * (right - left);
  const within = x0 > left + slack && y0 > bottom + slack && x1 < right - slack && y1 < top - slack;
  return outline.length > 0 && within ? box : [];
}

/** The corners of a closed line. */
export function corners(line: readonly number[]): Place[] {
  return Array.from({ length: line.length / 2 }, (_, i) => [line[2 * i] ?? 0, line[2 * i + 1] ?? 0] as const);
}

/** Stretches of the horizontal line at `y` that lie in an outline, in rising order. */
export function stretchesAt(outline: Outline, y: number): Place[] {
  const crossings: number[] = [];
  for (const line of outline) {
    let [bx, by] = [line.at(-2) ?? 0, line.at(-1) ?? 0];
    for (let i = 0; i < line.length; i += 2) {
      const [x, cy] = [line[i] ?? 0, line[i + 1] ?? 0];
      if (cy > y !== by > y) crossings.push(bx + ((x - bx) * (y - by)) / (cy - by));
      [bx, by] = [x, cy];
    }
  }
  crossings.sort((one, other) => one - other);
  return corners(crossings);
}

const ROW_STEP = 8;
/** A place where a word sticks out of its part costs so much, and so much more for each pixel. */
const STICKS_OUT = 1000;
const STICKS_OUT_MORE = 4;
/** Farther than this from everything else is far enough. */
const ROOMY = 90;

/**
 * Where a word of a width and height can be written in an outline and within the room: places where it fits first,
 * and among these the ones with room around them that are near the first of the things to avoid.
 */
export function wordPlaces(
  outline: Outline,
  [left, top, right, bottom]: Box,
  [width, height]: Place,
  avoid: readonly Place[],
): Place[] {
  const [nearX, nearY] = avoid[0] ?? [0, 0];
  const found: { readonly place: Place; readonly cost: number }[] = [];
  for (let y = top; y <= bottom; y += ROW_STEP) {
    const [above, below] = [stretchesAt(outline, y - height / 2), stretchesAt(outline, y + height / 2)];
    for (const [from, to] of stretchesAt(outline, y)) {
      const [low, high] = [Math.max(from, left), Math.min(to, right)];
      if (high <= low) continue;
      const [first, last] = [low + width / 2, high - width / 2];
      const xs = last >= first ? [Math.min(Math.max(nearX, first), last), first, last] : [(low + high) / 2];
      for (const x of xs) {
        const covered = [above, below].every((stretches) =>
          stretches.some(([s, e]) => s <= x - width / 2 && e >= x + width / 2),
        );
        const out =
          covered && last >= first ? 0 : STICKS_OUT + STICKS_OUT_MORE * Math.max(0, width - (high - low));
        const room = Math.min(ROOMY, ...avoid.map(([ax, ay]) => Math.hypot(x - ax, y - ay)));
        found.push({ place: [x, y], cost: out - 2 * room + 0.5 * Math.hypot(x - nearX, y - nearY) });
      }
    }
  }
  return found.sort((one, other) => one.cost - other.cost).map(({ place }) => place);
}

/** Where a word on an outline's line can be written: its corners and the middles between them, the highest (least y) first. */
export function linePlaces(outline: Outline): Place[] {
  const places = outline.flatMap((line) => {
    const ends = corners(line);
    return ends.flatMap(([x, y], i): Place[] => {
      const [nx, ny] = ends[(i + 1) % ends.length] ?? [x, y];
      return [
        [x, y],
        [(x + nx) / 2, (y + ny) / 2],
      ];
    });
  });
  return places.sort((one, other) => one[1] - other[1]);
}
