import type { BatchView, Zone } from 'metriclab';

/** All distances between some samples at one step. Samples of a class lie next to each other. */
export interface Table {
  readonly step: number;
  /** Samples of the data set. */
  readonly ids: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  /** By the session's distance, row after row. */
  readonly learned: Float32Array;
  /** Euclidean, between the numbers that the network is given. */
  readonly raw: Float32Array;
  readonly similarity: boolean;
  /** Mined triplets as positions, three numbers each: all of them, or an even choice of at most 3000. */
  readonly triplets: Uint32Array;
  readonly counts: BatchView['counts'] | null;
  /** Null where the gradient is not known. */
  readonly flow: Flow | null;
}

export type Cell = readonly [row: number, column: number];

export interface PairFacts {
  readonly same: boolean;
  readonly learned: number;
  readonly raw: number;
  /** Mined triplets in which the first is the anchor and the other its positive or its negative. */
  readonly mined: number;
  /** -1: the gradient pulls the two together; 1: it pushes them apart; 0: neither. */
  readonly sign: -1 | 0 | 1 | null;
}

export function pairFacts(table: Table, [i, j]: Cell): PairFacts {
  const at = i * table.ids.length + j;
  return {
    same: table.labels[i] === table.labels[j],
    learned: table.learned[at] ?? NaN,
    raw: table.raw[at] ?? NaN,
    mined: minedOf(table)[at] ?? 0,
    sign: table.flow && i !== j ? signOf(table.flow, [i, j]) : null,
  };
}

const known = new WeakMap<Table, Uint16Array>();

/** For every cell, the mined triplets that its pair is part of, its row being the anchor. */
export function minedOf(table: Table): Uint16Array {
  const counted = known.get(table);
  if (counted) return counted;
  const size = table.ids.length;
  const mined = new Uint16Array(size * size);
  for (let at = 0; at + 2 < table.triplets.length; at += 3) {
    const [a = 0, p = 0, n = 0] = table.triplets.subarray(at, at + 3);
    for (const other of [p, n]) mined[a * size + other] = (mined[a * size + other] ?? 0) + 1;
  }
  known.set(table, mined);
  return mined;
}

/** Rows, and the gradient of the loss by them. */
export interface Flow {
  readonly rows: Float32Array;
  readonly gradient: Float32Array;
  readonly dim: number;
}

/**
 * What a small step along the negative gradient does to the distance of two rows x and y with gradients g and h: the change of
 * its square is -2 (x - y)·(g - h), to a positive factor. What is within the gradient's rounding counts as no change.
 */
export function signOf({ rows, gradient, dim }: Flow, [i, j]: Cell): -1 | 0 | 1 {
  let [speed, least] = [0, 0];
  for (let k = 0; k < dim; k++) {
    const [one, other] = [i * dim + k, j * dim + k];
    const way = (rows[one] ?? 0) - (rows[other] ?? 0);
    speed -= way * ((gradient[one] ?? 0) - (gradient[other] ?? 0));
    least += Math.abs(way) * (Math.abs(gradient[one] ?? 0) + Math.abs(gradient[other] ?? 0));
  }
  return Math.abs(speed) <= 1e-6 * least ? 0 : speed < 0 ? -1 : 1;
}

export interface ClassFacts {
  readonly label: number;
  readonly size: number;
  /** Mean over its pairs, and over its pairs with samples of other classes; NaN where there is no such pair. */
  readonly within: number;
  readonly between: number;
  /** The class that is nearest in the mean. */
  readonly nearest: number | null;
  /** Classes of the nearest other samples of its own, where they are not its own; most frequent first. */
  readonly taken: readonly (readonly [label: number, count: number])[];
}

const positions = ({ labels, ids }: Table): number[] =>
  Array.from({ length: ids.length }, (_, at) => at).filter((at) => labels[at] !== undefined);

export function classFacts(table: Table, label: number): ClassFacts {
  const size = table.ids.length;
  const all = positions(table);
  const own = all.filter((at) => table.labels[at] === label);
  const sums = new Map<number, { sum: number; count: number }>();
  const wrong = new Map<number, number>();
  const nearer = (a: number, b: number): boolean => (table.similarity ? a > b : a < b);
  for (const i of own) {
    let nearest = -1;
    for (const j of all) {
      if (i === j) continue;
      const value = table.learned[i * size + j] ?? NaN;
      const other = table.labels[j] ?? 0;
      const before = sums.get(other) ?? { sum: 0, count: 0 };
      sums.set(other, { sum: before.sum + value, count: before.count + 1 });
      if (nearest < 0 || nearer(value, table.learned[i * size + nearest] ?? NaN)) nearest = j;
    }
    const named = table.labels[nearest];
    if (named !== undefined && named !== label) wrong.set(named, (wrong.get(named) ?? 0) + 1);
  }
  const mean = (some: readonly { sum: number; count: number }[]): number =>
    some.reduce((sum, one) => sum + one.sum, 0) / some.reduce((count, one) => count + one.count, 0);
  const others = [...sums].filter(([other]) => other !== label);
  const byMean = others
    .map(([other, one]) => [other, mean([one])] as const)
    .sort(([, a], [, b]) => (table.similarity ? b - a : a - b));
  return {
    label,
    size: own.length,
    within: mean([...sums].filter(([other]) => other === label).map(([, one]) => one)),
    between: mean(others.map(([, one]) => one)),
    nearest: byMean[0]?.[0] ?? null,
    taken: [...wrong].sort(([, a], [, b]) => b - a),
  };
}

/** A triplet that is being chosen, as samples of the data set. */
export interface Choice {
  readonly anchor: number;
  readonly positive: number | null;
  readonly negative: number | null;
}

/** A cell gives its row's anchor a positive or a negative; a cell of another row begins anew. */
export function chosenWith(choice: Choice | null, table: Table, [i, j]: Cell): Choice | null {
  if (i === j) return choice;
  const [anchor, other] = [table.ids[i] ?? 0, table.ids[j] ?? 0];
  const before = choice?.anchor === anchor ? choice : { anchor, positive: null, negative: null };
  return table.labels[i] === table.labels[j]
    ? { ...before, positive: other }
    : { ...before, negative: other };
}

/** A complete triplet with its distances. */
export interface Triplet {
  /** Samples of the data set: anchor, positive, negative. */
  readonly samples: readonly [number, number, number];
  /** The same as positions in the table. */
  readonly places: readonly [number, number, number];
  readonly ap: number;
  readonly an: number;
  readonly zone: Zone;
  readonly mined: boolean;
}

/** By how much the negative is farther than the positive, for distances and similarities alike. */
export const excess = (ap: number, an: number, similarity: boolean): number =>
  similarity ? ap - an : an - ap;

export const zoneOf = (by: number, margin: number): Zone =>
  by <= 0 ? 'hard' : by <= margin ? 'semihard' : 'easy';

/** The chosen triplet, if it is complete and the table has all three. */
export function tripletOf(table: Table, choice: Choice | null, margin: number): Triplet | null {
  if (!choice) return null;
  const { anchor, positive, negative } = choice;
  if (positive === null || negative === null) return null;
  const samples = [anchor, positive, negative] as const;
  const ids = Array.from(table.ids);
  const [a, p, n] = [ids.indexOf(samples[0]), ids.indexOf(samples[1]), ids.indexOf(samples[2])];
  if (a < 0 || p < 0 || n < 0) return null;
  const [ap, an] = [table.learned[a * ids.length + p] ?? NaN, table.learned[a * ids.length + n] ?? NaN];
  const zone = zoneOf(excess(ap, an, table.similarity), margin);
  return { samples, places: [a, p, n], ap, an, zone, mined: isMined(table.triplets, [a, p, n]) };
}

function isMined(triplets: Uint32Array, [a, p, n]: readonly [number, number, number]): boolean {
  for (let at = 0; at < triplets.length; at += 3)
    if (triplets[at] === a && triplets[at + 1] === p && triplets[at + 2] === n) return true;
  return false;
}

/** Where each class begins and ends. */
export function blocks({ labels, ids }: Table): readonly (readonly [from: number, to: number])[] {
  const made: [number, number][] = [];
  for (let at = 0; at < ids.length; at++) {
    const last = made.at(-1);
    if (last && labels[at] === labels[last[0]]) last[1] = at + 1;
    else made.push([at, at + 1]);
  }
  return made;
}

/** Positions whose pictures fit along an edge: some of each class, if it is long enough for one. */
export function pictured(table: Table, cell: number, picture: number): readonly number[] {
  return blocks(table).flatMap(([from, to]) => {
    const count = Math.min(to - from, Math.floor(((to - from) * cell) / picture));
    return Array.from({ length: count }, (_, k) => from + Math.floor(((k + 0.5) * (to - from)) / count));
  });
}
