import type { PackedDataset } from 'metriclab';
import { inSlices } from '../../dom/slices';
import { ROLE_TEST, ROLE_TRAIN } from 'metriclab';

/** Who is known, who is new, and which pictures there are of each. */
export interface Roster {
  /** Classes that are trained on, ascending. */
  readonly known: readonly number[];
  /** Classes that arrive later, ascending. */
  readonly newcomers: readonly number[];
  readonly train: readonly number[];
  readonly test: readonly number[];
  /** Pictures of newcomers. */
  readonly unseen: readonly number[];
  /** Class and typeface of each picture. */
  readonly labels: Uint16Array;
  readonly faces: Uint8Array;
  readonly faceCount: number;
}

type Labelled = Pick<PackedDataset, 'labels' | 'domainOf' | 'domains'>;

/** Sorts the pictures of a data set by their role in a session. */
export function rosterOf({ labels, domainOf, domains }: Labelled, roles: Uint8Array): Roster {
  const [train, test, unseen]: number[][] = [[], [], []];
  roles.forEach((role, at) => (role === ROLE_TRAIN ? train : role === ROLE_TEST ? test : unseen)?.push(at));
  const classes = (of: readonly number[] = []): number[] =>
    [...new Set(of.map((at) => labels[at] ?? 0))].sort((a, b) => a - b);
  return {
    known: classes(train),
    newcomers: classes(unseen),
    train: train ?? [],
    test: test ?? [],
    unseen: unseen ?? [],
    labels,
    faces: domainOf,
    faceCount: domains.length,
  };
}

/** Scales each row to length 1, in place; a zero row stays zero. */
export function toUnit(rows: Float32Array, dim: number): Float32Array {
  for (let from = 0; from < rows.length; from += dim) unitRow(rows, from, dim);
  return rows;
}

/** Scales the row that begins at `from`. */
export function unitRow(rows: Float32Array, from: number, dim: number): void {
  let sum = 0;
  for (let at = from; at < from + dim; at++) sum += (rows[at] ?? 0) ** 2;
  const length = Math.sqrt(sum);
  if (length > 0) for (let at = from; at < from + dim; at++) rows[at] = (rows[at] ?? 0) / length;
}

/** The rows of some pictures, one after the other. */
export function rowsOf(rows: Float32Array, dim: number, pictures: readonly number[]): Float32Array {
  const out = new Float32Array(pictures.length * dim);
  pictures.forEach((at, k) => {
    out.set(rows.subarray(at * dim, (at + 1) * dim), k * dim);
  });
  return out;
}

/** The mean of the unit rows of each known class's training pictures, scaled to length 1: known x dim. */
export function centresOf(unit: Float32Array, dim: number, roster: Roster): Float32Array {
  const place = new Map(roster.known.map((label, k) => [label, k]));
  const centres = new Float32Array(roster.known.length * dim);
  for (const at of roster.train) {
    const from = (place.get(roster.labels[at] ?? -1) ?? 0) * dim;
    for (let j = 0; j < dim; j++) centres[from + j] = (centres[from + j] ?? 0) + (unit[at * dim + j] ?? 0);
  }
  return toUnit(centres, dim);
}

/** A mean with its 95% interval over the units that were drawn (classes): mean ± 1.96 standard errors. */
export interface Estimate {
  readonly mean: number;
  readonly half: number;
}

export function estimate(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, half: 1.96 * Math.sqrt(squares / (values.length - 1) / values.length) };
}

export type Better = 'better' | 'same' | 'worse';

/** Whether `own` values are larger than `other` ones, pair by pair; `same` where the 95% interval of the difference holds 0. */
export function better(own: readonly number[], other: readonly number[]): Better {
  const { mean, half } = estimate(own.map((value, at) => value - (other[at] ?? 0)));
  return mean - half > 0 ? 'better' : mean + half < 0 ? 'worse' : 'same';
}

/** How well one space recognises newcomers from one registered picture. */
export interface Counts {
  /** For each newcomer, the share of its pictures that are found, whichever other typeface was registered. */
  readonly perNewcomer: readonly number[];
  readonly found: Estimate;
  /** Questions about newcomers: a drawing asks after one in another typeface was registered. */
  readonly asked: number;
  /** How many of them are answered rightly. */
  readonly right: number;
  /** Share of the test pictures of known classes that are still recognised next to 100 registered newcomers. */
  readonly old: number;
  /** Share of the newcomers' pictures refused as unknown, with a limit that 95% of the known test pictures pass. */
  readonly refused: number;
  /** That limit, a cosine distance to the nearest centre. */
  readonly limit: number;
}

/** The share of known pictures that must pass the limit. */
const PASS = 0.95;

/**
 * Counts from cosine distances. Each of the ten typefaces is registered in turn; a query never meets its own typeface, and
 * all classes compete.
 *
 * @param distances (test, unseen) x (known centres, unseen), row after row.
 */
export async function countsOf(distances: Float32Array, roster: Roster): Promise<Counts> {
  const { known, newcomers, test, unseen, labels, faces, faceCount } = roster;
  const width = known.length + unseen.length;
  const registered = byFace(roster);
  const nearest = (row: number, from: number, among: readonly number[]): readonly [number, number] => {
    let best = -1;
    let least = Infinity;
    for (const at of among) {
      const value = distances[row * width + from + at] ?? Infinity;
      if (value < least) [best, least] = [at, value];
    }
    return [best, least];
  };
  const all = known.map((_, k) => k);
  const [oldHits, toKnown]: [number[], number[]] = [[], []];
  await inSlices(test.length, (row) => {
    const [centre, near] = nearest(row, 0, all);
    toKnown.push(near);
    const right = known[centre] === labels[test[row] ?? -1];
    const kept = registered.filter((some) => right && nearest(row, known.length, some)[1] > near);
    oldHits.push(kept.length / faceCount);
  });
  toKnown.sort((a, b) => a - b);
  const limit = toKnown[Math.ceil(PASS * toKnown.length) - 1] ?? Infinity;
  const hits = new Map(newcomers.map((label) => [label, { found: 0, asked: 0 }]));
  let refused = 0;
  await inSlices(unseen.length, (k) => {
    const [picture, row] = [unseen[k] ?? 0, test.length + k];
    const near = nearest(row, 0, all)[1];
    if (near > limit) refused += 1;
    const tally = hits.get(labels[picture] ?? -1);
    registered.forEach((some, face) => {
      if (!tally || face === faces[picture]) return;
      const [best, value] = nearest(row, known.length, some);
      tally.asked += 1;
      if (value < near && labels[unseen[best] ?? -1] === labels[picture]) tally.found += 1;
    });
  });
  const perNewcomer = [...hits.values()].map(({ found, asked }) => found / asked);
  return {
    perNewcomer,
    found: estimate(perNewcomer),
    asked: [...hits.values()].reduce((sum, { asked }) => sum + asked, 0),
    right: [...hits.values()].reduce((sum, { found }) => sum + found, 0),
    old: estimate(oldHits).mean,
    refused: refused / unseen.length,
    limit,
  };
}

/** For each typeface, the places in `unseen` of the pictures drawn in it. */
function byFace({ unseen, faces, faceCount }: Roster): readonly (readonly number[])[] {
  const found: number[][] = Array.from({ length: faceCount }, () => []);
  unseen.forEach((picture, k) => found[faces[picture] ?? 0]?.push(k));
  return found;
}

/** Whether `a` is better than `b`, newcomer by newcomer. */
export function verdictOf(a: Counts, b: Counts): Better {
  return better(a.perNewcomer, b.perNewcomer);
}

/** A name with how much speaks for it. */
export interface Candidate {
  readonly label: number;
  readonly value: number;
}

/** The answers of both networks for one picture. */
export interface Answer {
  readonly names: readonly Candidate[];
  readonly compare: readonly Candidate[];
  /** Similarity below which the picture counts as unknown. */
  readonly limit: number;
}

/** The classes with the largest softmax of `scores`, largest first. */
export function softmaxTop(scores: readonly number[], labels: readonly number[], count: number): Candidate[] {
  const most = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - most));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights
    .map((weight, k) => ({ label: labels[k] ?? 0, value: weight / sum }))
    .sort((a, b) => b.value - a.value)
    .slice(0, count);
}

/** Cosine of a row to each reference, both of length 1; the most similar first. */
export function similarTop(
  row: Float32Array,
  references: readonly { readonly label: number; readonly row: Float32Array }[],
  count: number,
): Candidate[] {
  return references
    .map(({ label, row: other }) => ({
      label,
      value: row.reduce((sum, value, j) => sum + value * (other[j] ?? 0), 0),
    }))
    .sort((a, b) => b.value - a.value)
    .slice(0, count);
}
