import { difference, shareOf, verdictOf, type Share, type Verdict } from '../compare/score';
import type { Words } from '../../words';
import { fill } from '../../words';
import type { Rights } from './help.svelte';
import { LABELS, METHODS, type Labels, type Method } from './study';

/** Accuracies of all methods over seeds, as the recorder writes them. */
export interface Recorded {
  readonly command: string;
  readonly date: string;
  readonly steps: number;
  readonly seeds: readonly number[];
  /** A share of right answers for each seed. */
  readonly accuracy: Readonly<Record<Labels, Readonly<Record<Method, readonly number[]>>>>;
}

/** Two-sided 95% points of Student's t for 1, 2, 3, … degrees of freedom. */
const T95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262] as const;

/** A mean over seeds with its 95% t-interval. */
export function overSeeds(values: readonly number[]): Share {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const t = T95[Math.min(values.length - 2, T95.length - 1)] ?? 1.96;
  const half = t * Math.sqrt(squares / (values.length - 1) / values.length);
  return { mean, low: mean - half, high: mean + half };
}

/** `a` less `b`, paired by seed. */
export function paired(a: readonly number[], b: readonly number[]): Share {
  return overSeeds(a.map((value, k) => value - (b[k] ?? 0)));
}

/** One row of a table of results. */
export interface Row {
  readonly method: Method;
  /** For each column; null before it is known. */
  readonly cells: readonly (Share | null)[];
}

export function liveRows(rights: Rights): Row[] {
  return METHODS.map((method) => {
    const right = rights[method];
    return { method, cells: [right ? shareOf(right) : null] };
  });
}

/** The recorded results for one number of labels, next to those that are found now. */
export function bothRows({ accuracy }: Recorded, labels: Labels, rights: Rights): Row[] {
  return liveRows(rights).map(({ method, cells }) => ({
    method,
    cells: [overSeeds(accuracy[labels][method]), ...cells],
  }));
}

export function recordedRows({ accuracy }: Recorded): Row[] {
  return METHODS.map((method) => ({
    method,
    cells: LABELS.map((labels) => overSeeds(accuracy[labels][method])),
  }));
}

/** A difference with its interval, and as a reader of the table sees it. */
export interface Gap extends Share {
  /** The difference of both means as they are written, in points with one digit. */
  readonly told: number;
}

const written = (share: number): number => Math.round(1000 * share);

function gap(difference: Share, a: number, b: number): Gap {
  return { ...difference, told: Math.abs(written(a) - written(b)) / 10 };
}

const shareIn = (right: readonly boolean[]): number => right.filter(Boolean).length / right.length;
const meanOf = (values: readonly number[]): number => overSeeds(values).mean;

/** How the contrastive ways compare with cross-entropy on the same augmented pictures. */
export interface Findings {
  /** Contrastive with labels against cross-entropy with augmentation. */
  readonly labelled: Gap;
  /** The same against cross-entropy with augmentation whose head was trained anew. */
  readonly fair: Gap;
  /** Contrastive without labels against cross-entropy with augmentation. */
  readonly unlabelled: Gap;
}

export function liveFindings(rights: Rights): Findings | null {
  const { augmented, refitted, labelled, unlabelled } = rights;
  if (!augmented || !refitted || !labelled || !unlabelled) return null;
  const between = (a: readonly boolean[], b: readonly boolean[]): Gap =>
    gap(difference(a, b), shareIn(a), shareIn(b));
  return {
    labelled: between(labelled, augmented),
    fair: between(labelled, refitted),
    unlabelled: between(unlabelled, augmented),
  };
}

export function recordedFindings({ accuracy }: Recorded, labels: Labels): Findings {
  const { augmented, refitted, labelled, unlabelled } = accuracy[labels];
  const between = (a: readonly number[], b: readonly number[]): Gap =>
    gap(paired(a, b), meanOf(a), meanOf(b));
  return {
    labelled: between(labelled, augmented),
    fair: between(labelled, refitted),
    unlabelled: between(unlabelled, augmented),
  };
}

const points = (value: number): string => Math.abs(100 * value).toFixed(1);

/** The sentences that follow the result, whatever it is. */
export function sentences(words: Words, found: Findings): string[] {
  const w = words.helps.tells;
  const tell = (texts: Readonly<Record<Verdict, string>>, gap: Gap): string =>
    fill(texts[verdictOf(gap)], { by: gap.told.toFixed(1), half: points((gap.high - gap.low) / 2) });
  return [tell(w.labelled, found.labelled), tell(w.fair, found.fair), tell(w.unlabelled, found.unlabelled)];
}
