// Every loss, miner and distance on a graphics card, against the CPU module on the same numbers; and both against reference values.
import type { Lab, LossRequest, Options, RowsRequest } from 'metriclab';
import { errorOf, NAMES } from './reference';

export const KINDS = ['reference', 'loss', 'miner', 'distance'] as const;

export interface Trial {
  readonly kind: (typeof KINDS)[number];
  readonly name: string;
  /** The largest difference, relative to the largest number; infinite where the card gives no numbers. */
  readonly apart: number;
  readonly allowed: number;
}

/** A question that both devices answer. */
interface Job {
  readonly kind: Trial['kind'];
  readonly name: string;
  readonly allowed: number;
  /** The answer of one device, as lists of numbers. */
  readonly run: (lab: Lab) => Promise<readonly ArrayLike<number>[]>;
}

type Labs = readonly [cpu: Lab, gpu: Lab];

const [ROWS, DIM, CLASSES] = [13, 6, 4];
const UNMINED = { kind: 'none', margin: 0.2 } as const;
/** A card sums in another order. */
const ALLOWED = 3e-4;
/** Losses with scales of 64 and more, or squares of thousands: a card has its own exponential. */
const WIDE: Readonly<Record<string, number>> = {
  circle: 3e-3,
  cosface: 6e-4,
  arcface: 6e-4,
  subcenterArcface: 6e-4,
  tupletMargin: 6e-4,
  multiSimilarity: 6e-4,
  smoothRecall: 6e-4,
  histogram: 6e-4,
};
/** Roots near 0 keep half the digits. */
const DISTANCE_ALLOWED = 1e-3;

/** Numbers from -1 to 1, the same each time. */
export function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 1073741824 - 1;
  });
}

/** Rows of positive numbers with the sum 1. */
function histograms(values: Float32Array, dim: number): Float32Array {
  const positive = values.map((x) => Math.exp(x));
  return positive.map((x, at) => {
    const start = at - (at % dim);
    return x / positive.subarray(start, start + dim).reduce((sum, y) => sum + y, 0);
  });
}

const labels = Uint16Array.from({ length: ROWS }, (_, at) => at % CLASSES).sort();

async function gradients(lab: Lab, request: LossRequest): Promise<readonly ArrayLike<number>[]> {
  const { value, gradient, learnedGradient } = await lab.lossOf(request);
  return [[value], gradient, learnedGradient];
}

/** A loss with what it learns, on a batch of its own. */
function lossJob(name: string, request: Omit<LossRequest, 'embeddings' | 'dim' | 'labels' | 'miner'>): Job {
  const batch = { embeddings: numbers(ROWS * DIM, 7), dim: DIM, labels, miner: UNMINED };
  return {
    kind: 'loss',
    name,
    allowed: WIDE[request.loss.kind] ?? ALLOWED,
    run: (lab) => gradients(lab, { ...batch, ...request }),
  };
}

function lossJobs({ losses }: Options): Job[] {
  const jobs = losses.map(({ defaults, distances, unit, wiring }) => {
    const { kind } = defaults;
    const centers = 'centers' in defaults ? defaults.centers : 1;
    // SimSiam learns a linear predictor; classifiers a column for each centre of a class.
    const learned = kind === 'simSiam' ? DIM * DIM : wiring === 'classifier' ? DIM * CLASSES * centers : 0;
    return lossJob(kind, {
      loss: defaults,
      distance: distances[0] ?? 'euclidean',
      normalize: unit ?? true,
      learned: numbers(learned, 5),
      seed: 3,
    });
  });
  const boundaries = lossJob('margin, boundary per class', {
    loss: { kind: 'margin', alpha: 0.2, beta: 1.2, boundary: 'perClass', nu: 0.1 },
    distance: 'euclidean',
    normalize: true,
    learned: new Float32Array(CLASSES).fill(1.1),
    seed: 3,
  });
  return [...jobs, boundaries];
}

function minerJobs({ miners }: Options): Job[] {
  return miners.map(({ kind, distances }) => ({
    kind: 'miner',
    name: kind,
    allowed: ALLOWED,
    run: (lab) =>
      gradients(lab, {
        embeddings: numbers(ROWS * DIM, 7),
        dim: DIM,
        labels,
        loss: { kind: 'triplet', margin: 0.3, swap: false, smooth: false },
        distance: distances[0] ?? 'euclidean',
        miner: { kind, margin: 0.2, count: 2 },
        normalize: true,
        learned: new Float32Array(),
        seed: 3,
      }),
  }));
}

function distanceJobs({ distances }: Options): Job[] {
  const dim = 9;
  return distances.map(({ kind, rows }) => {
    const read = (count: number, seed: number): Float32Array => {
      const values = numbers(count * dim, seed);
      return rows === 'histograms' ? histograms(values, dim) : values;
    };
    const request: RowsRequest = {
      queries: read(11, 1),
      references: read(17, 2),
      dim,
      metric: kind,
      on: 'device',
    };
    return {
      kind: 'distance',
      name: typeof kind === 'string' ? kind : (Object.keys(kind)[0] ?? ''),
      allowed: DISTANCE_ALLOWED,
      run: async (lab) => [await lab.distances(request), (await lab.nearest({ ...request, k: 3 })).distances],
    };
  });
}

/** The largest difference of two answers, relative to the largest number of the second. */
export function apart(got: readonly ArrayLike<number>[], wanted: readonly ArrayLike<number>[]): number {
  return Math.max(...wanted.map((list, at) => apartIn(got[at] ?? [], list)));
}

function apartIn(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (got.length !== wanted.length) return Infinity;
  const size = Array.from(wanted).reduce((most, x) => Math.max(most, Math.abs(x)), 1e-12);
  return Array.from(wanted).reduce((most, x, at) => {
    const difference = Math.abs((got[at] ?? NaN) - x) / size;
    return Number.isFinite(difference) ? Math.max(most, difference) : Infinity;
  }, 0);
}

/** The card's answer beside the CPU module's. */
async function compared([cpu, gpu]: Labs, { run, ...job }: Job): Promise<Trial> {
  const [wanted, got] = [await run(cpu), await run(gpu)];
  return { ...job, apart: apart(got, wanted) };
}

/** Both devices beside a reference value: a trial for each. */
function referred(labs: Labs): (() => Promise<Trial>)[] {
  return NAMES.flatMap((name) =>
    labs.map((lab, at) => async () => ({
      kind: 'reference' as const,
      name: `${name}, ${at === 0 ? 'CPU' : 'GPU'}`,
      ...(await errorOf(lab, name, apartIn)),
    })),
  );
}

/** Runs every trial, one after the other. */
export async function tryAll(
  labs: Labs,
  onTrial: (trial: Trial, done: number, total: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const options = await labs[0].options();
  const jobs = [...lossJobs(options), ...minerJobs(options), ...distanceJobs(options)];
  const trials = [...referred(labs), ...jobs.map((job) => () => compared(labs, job))];
  for (const [at, trial] of trials.entries()) {
    signal.throwIfAborted();
    onTrial(await trial(), at + 1, trials.length);
  }
}

export const agrees = ({ apart, allowed }: Trial): boolean => apart <= allowed;
