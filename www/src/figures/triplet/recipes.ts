import type { PlaneFrame } from '../plane';
import { rounded } from '../settings';

/** The kinds of a negative, from the anchor outwards. */
export const KINDS = ['hard', 'semihard', 'easy'] as const;
export type Kind = (typeof KINDS)[number];

type Vector = readonly [number, number];

/** How long a direction is under a metric that comes from a norm. */
const NORMS: Readonly<Record<string, (x: number, y: number) => number>> = {
  euclidean: (x, y) => Math.hypot(x, y),
  manhattan: (x, y) => Math.abs(x) + Math.abs(y),
};

/** How long a direction of length 1 is under the metric; null where lengths do not count. */
export function lengthOf([x, y]: Vector, metric: string): number | null {
  return NORMS[metric]?.(x, y) ?? null;
}

export function turned([x, y]: Vector, angle: number): Vector {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x * cos - y * sin, x * sin + y * cos];
}

/** Turns to try, the least one first. */
const TURNS = Array.from(
  { length: 24 },
  (_, k) => (k % 2 === 0 ? -1 : 1) * Math.ceil(k / 2) * (Math.PI / 12),
);
/** Lengths to try where only the direction counts. */
const LENGTHS = [1, 0.8, 0.6, 0.4];

interface Place {
  /** x and y of anchor, positive and negative. */
  readonly points: readonly number[];
  readonly margin: number;
  readonly metric: string;
}

/** A place in the drawing where the negative is of that kind, the nearest direction first; null without one. */
export function placeOf(kind: Kind, { points, margin, metric }: Place, frame: PlaneFrame): Vector | null {
  const [ax = 0, ay = 0, px = 0, py = 0, nx = 0, ny = 0] = points;
  const places =
    metric in NORMS
      ? around(kind, [px - ax, py - ay], [nx - ax, ny - ay], margin, metric).map(([x, y]): Vector => [
          ax + x,
          ay + y,
        ])
      : along(kind, [ax, ay], [px, py], [nx, ny], margin);
  return (
    places.map(([x, y]): Vector => [rounded(x), rounded(y)]).find((place) => frame.holds(...place)) ?? null
  );
}

/** From the anchor: places at a distance of that kind. */
function around(kind: Kind, p: Vector, n: Vector, margin: number, metric: string): Vector[] {
  const ap = lengthOf(p, metric) ?? 0;
  const distance = { hard: 0.7 * ap, semihard: ap + 0.5 * margin, easy: ap + 1.4 * margin }[kind];
  if (distance < 1e-2) return [];
  const ray: Vector = Math.hypot(...n) > 1e-6 ? n : [1, 0];
  return TURNS.map((turn) => {
    const way = turned(ray, turn);
    const share = distance / (lengthOf(way, metric) ?? 1);
    return [share * way[0], share * way[1]];
  });
}

/** From the origin: places in a direction of that kind, on the negative's side of the anchor first. */
function along(kind: Kind, a: Vector, p: Vector, n: Vector, margin: number): Vector[] {
  const [la, lp] = [Math.hypot(...a), Math.hypot(...p)];
  if (la < 1e-6 || lp < 1e-6) return [];
  const sp = (a[0] * p[0] + a[1] * p[1]) / (la * lp);
  const [from, to] = {
    hard: [sp, 1],
    semihard: [Math.max(-1, sp - margin), sp],
    easy: [-1, sp - margin],
  }[kind] as [number, number];
  if (to - from < 1e-2) return [];
  const angle = Math.acos((from + to) / 2);
  const side = a[0] * n[1] - a[1] * n[0] < 0 ? -angle : angle;
  const unit: Vector = [a[0] / la, a[1] / la];
  return LENGTHS.flatMap((share) =>
    [side, -side].map((turn): Vector => {
      const [x, y] = turned(unit, turn);
      const length = share * Math.max(0.4, Math.hypot(...n));
      return [length * x, length * y];
    }),
  );
}
