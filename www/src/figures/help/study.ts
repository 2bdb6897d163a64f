import { createLab, ROLE_TEST, ROLE_TRAIN, type Lab, type SessionConfig } from 'metriclab';
import { untilSeen } from '../../dom/seen';
import { pixelsOf } from '../../state/pixels';
import { ofRole, perClass, subset, type Pictures } from '../pictures';
import { tensor } from '../newcomer/safetensors';
import { Random } from '../random';
import { inChunks } from '../run/chunks';
import { GENTLE, view } from '../views/augment';
import { planeOf } from '../views/pictures';
import { predict, trainHead } from './head';

/** Ways to learn ten names from some labels; all train the same network for the same number of steps. */
export const METHODS = ['plain', 'augmented', 'refitted', 'labelled', 'unlabelled'] as const;
export type Method = (typeof METHODS)[number];
/** Labels a class. */
export const LABELS = ['10', '50', 'all'] as const;
export type Labels = (typeof LABELS)[number];

export const STEPS = 200;
const DIM = 64;
const RATE = 3e-3;
/** Without labels a smaller rate does better (CLAIMS.md). */
const UNLABELLED_RATE = 1e-3;
const HEAD = { steps: 300, rate: 1e-2, copies: 5 } as const;
/** The core keeps a fifth of a class for tests: of so many pictures, that many are left to train on. */
const DRAWN: Readonly<Record<Labels, number>> = { '10': 12, '50': 62, all: Infinity };

export interface Task {
  readonly data: Pictures;
  readonly labels: Labels;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Steps that are done, of all that will be. */
  readonly onProgress: (done: number, of: number) => void;
  readonly onResult: (method: Method, right: readonly boolean[]) => void;
}

/** A data set in a laboratory, and what it trains on. */
interface Source {
  readonly lab: Lab;
  /** Places of the labelled pictures in the whole set. */
  readonly labelled: readonly number[];
  /** Places of the 2,000 test pictures in the whole set. */
  readonly test: readonly number[];
}

/** Runs all methods once, two at a time, and tells for each test picture whether it was named rightly. */
export async function runStudy(task: Task): Promise<void> {
  const { data, seed, labels, signal } = task;
  const labs = await Promise.all([createLab({ device: 'cpu' }), createLab({ device: 'cpu' })]);
  const stop = (): void => {
    for (const lab of labs) lab.dispose();
  };
  signal.addEventListener('abort', stop);
  try {
    const [one, other] = labs;
    const whole = await rolesOf(one, data.bytes);
    const all = Array.from(whole.keys());
    const test = ofRole(whole, ROLE_TEST);
    const drawn = perClass(data.set, ofRole(whole, ROLE_TRAIN), DRAWN[labels], (items) =>
      new Random(seed).shuffled(items),
    );
    const chosen = labels === 'all' ? all : drawn;
    const bytes = labels === 'all' ? data.bytes : subset(data, chosen);
    const roles = await rolesOf(other, bytes);
    const source = { labelled: chosen.filter((_, k) => roles[k] === ROLE_TRAIN), test };
    const progress = counter(task, 4 * STEPS);
    await Promise.all([
      (async () => {
        await classify({ lab: other, ...source }, task, progress, false);
        await classify({ lab: other, ...source }, task, progress, true);
      })(),
      (async () => {
        await contrast({ lab: one, ...source }, task, progress, 'unlabelled');
        await one.loadDataset(bytes);
        await contrast({ lab: one, ...source }, task, progress, 'labelled');
      })(),
    ]);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

async function rolesOf(lab: Lab, bytes: ArrayBuffer): Promise<Uint8Array> {
  await lab.loadDataset(bytes);
  return (await lab.configure(shared(await lab.defaults(), 1))).roles;
}

function counter({ onProgress }: Task, of: number): (steps: number) => void {
  let done = 0;
  return (steps) => {
    done += steps;
    onProgress(done, of);
  };
}

function shared(defaults: SessionConfig, seed: number): SessionConfig {
  return {
    ...defaults,
    seed,
    unseenClasses: 0,
    network: { kind: 'conv', channels: [16, 32, 64] },
    embedding: { dim: DIM, normalize: false },
    distance: 'euclidean',
    loss: { kind: 'softmax' },
    miner: { kind: 'none' },
    batch: { classes: 10, perClass: 10 },
    augment: { shift: 0 },
    optimizer: { learningRate: RATE },
  };
}

/** Two augmented views of 60 pictures a step. */
const VIEWS = { classes: 10, perClass: 6, views: 2 } as const;

async function train(
  lab: Lab,
  config: SessionConfig,
  { signal }: Task,
  progress: (steps: number) => void,
): Promise<void> {
  await lab.configure(config);
  await inChunks(STEPS, 10, signal, async (count) => {
    await lab.advance(count);
    progress(count);
  });
}

/** Cross-entropy; with augmentation also a head trained anew on its frozen embedding. */
async function classify(
  source: Source,
  task: Task,
  progress: (steps: number) => void,
  augmented: boolean,
): Promise<void> {
  const { lab, test } = source;
  const base = shared(await lab.defaults(), task.seed);
  await train(lab, augmented ? { ...base, batch: VIEWS, augment: GENTLE } : base, task, progress);
  const rows = await embed(lab, task, test);
  const state = await lab.save();
  const [weight, bias] = [tensor(state, 'classifier.weight'), tensor(state, 'classifier.bias')];
  const named = namesBy(rows, weight, bias);
  task.onResult(augmented ? 'augmented' : 'plain', rightOf(task, test, named));
  if (augmented) task.onResult('refitted', await withHead(source, task, rows));
}

/** Contrastive learning, then a linear head on the frozen embedding. */
async function contrast(
  source: Source,
  task: Task,
  progress: (steps: number) => void,
  method: 'labelled' | 'unlabelled',
): Promise<void> {
  const { lab, test } = source;
  const base = shared(await lab.defaults(), task.seed);
  const loss = { distance: 'cosine', augment: GENTLE, embedding: { dim: DIM, normalize: true } } as const;
  const config: SessionConfig =
    method === 'labelled'
      ? { ...base, ...loss, loss: { kind: 'supcon', temperature: 0.1 }, batch: VIEWS }
      : {
          ...base,
          ...loss,
          loss: { kind: 'ntxent', temperature: 0.2 },
          batch: { ...VIEWS, labels: 'instance', sampler: 'classBalanced' },
          optimizer: { learningRate: UNLABELLED_RATE },
        };
  await train(lab, config, task, progress);
  task.onResult(method, await withHead(source, task, await embed(lab, task, test)));
}

/** Trains a head on the embeddings of the labelled pictures, five augmented copies of each where they are few. */
async function withHead({ lab, labelled, test }: Source, task: Task, rows: Float32Array): Promise<boolean[]> {
  const { set } = task.data;
  const copies = task.labels === 'all' ? 0 : HEAD.copies;
  const random = new Random(task.seed);
  const size = set.pixels.length / set.count;
  const pixels = new Uint8Array(labelled.length * copies * size);
  for (let k = 0; k < labelled.length * copies; k++) {
    const at = labelled[k % labelled.length] ?? 0;
    pixels.set(
      view(planeOf(set, at), GENTLE, random).pixels.map((value) => Math.round(255 * value)),
      k * size,
    );
    if (k % 50 === 49) await rest(task);
  }
  const asked = copies > 0 ? pixels : pixelsOf(set, labelled);
  const count = asked.length / size;
  const features = await lab.embed({ pixels: asked, count });
  const names = Array.from({ length: count }, (_, k) => set.labels[labelled[k % labelled.length] ?? 0] ?? 0);
  const { steps, rate } = HEAD;
  const head = await trainHead(features, names, {
    classes: set.classes.length,
    dim: DIM,
    steps,
    rate,
    random,
    rest: () => rest(task),
  });
  return rightOf(task, test, predict(head, rows));
}

const embed = (lab: Lab, { data }: Task, at: readonly number[]): Promise<Float32Array> =>
  lab.embed({ pixels: pixelsOf(data.set, at), count: at.length });

const rightOf = ({ data }: Task, at: readonly number[], named: readonly number[]): boolean[] =>
  at.map((picture, k) => data.set.labels[picture] === named[k]);

/** The class with the largest w·x + b of each row. */
function namesBy(rows: Float32Array, weight: Float32Array, bias: Float32Array): number[] {
  return Array.from({ length: rows.length / DIM }, (_, at) => {
    const scores = Array.from(bias, (b, c) => {
      let sum = b;
      for (let j = 0; j < DIM; j++) sum += (rows[at * DIM + j] ?? 0) * (weight[j * bias.length + c] ?? 0);
      return sum;
    });
    return scores.indexOf(Math.max(...scores));
  });
}

/** Lets the page draw, and waits while nobody sees it. */
async function rest({ signal }: Task): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  await untilSeen(signal);
  signal.throwIfAborted();
}
