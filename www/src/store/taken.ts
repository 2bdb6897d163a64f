/** A triplet of the data set whose embeddings were laid into the plane. */
export interface Taken {
  /** Anchor, positive and negative, as indices of the data set. */
  readonly samples: readonly [number, number, number];
  readonly step: number;
  /** Counts the draws: the seed and this number decide which triplet of a batch is taken. */
  readonly draw: number;
  /** Whether the miner had chosen it. */
  readonly mined: boolean;
  /** Whether the plane holds the three distances. */
  readonly exact: boolean;
  /** Whether the straight line between unit vectors stands for a similarity. */
  readonly chord: boolean;
  /** Whether the points were moved since. */
  readonly moved: boolean;
  /** Whether its anchor is the sample that was picked. */
  readonly picked: boolean;
}

/** How many numbers a link needs for it. */
export const TAKEN_NUMBERS = 6;

const FLAGS = ['mined', 'exact', 'chord', 'moved', 'picked'] as const;

export function writeTaken(taken: Taken): number[] {
  const flags = FLAGS.reduce((sum, name, bit) => sum + (taken[name] ? 2 ** bit : 0), 0);
  return [...taken.samples, taken.step, taken.draw, flags];
}

export function readTaken(numbers: readonly number[]): Taken | null {
  const [a, p, n, step, draw, flags] = numbers;
  if (
    a === undefined ||
    p === undefined ||
    n === undefined ||
    step === undefined ||
    draw === undefined ||
    flags === undefined
  )
    return null;
  const is = (name: (typeof FLAGS)[number]): boolean => ((flags >> FLAGS.indexOf(name)) & 1) === 1;
  return {
    samples: [a, p, n],
    step,
    draw,
    mined: is('mined'),
    exact: is('exact'),
    chord: is('chord'),
    moved: is('moved'),
    picked: is('picked'),
  };
}
