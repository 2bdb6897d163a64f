import { inSlices } from '../../dom/slices';
import { createLab, type Lab, type PackedDataset, type SessionConfig } from 'metriclab';
import {
  centresOf,
  countsOf,
  rosterOf,
  rowsOf,
  toUnit,
  unitRow,
  type Counts,
  type Roster,
} from './recognition';
import { tensor } from './safetensors';

/** Classes that arrive later. */
export const NEWCOMERS = 100;
export const DIM = 64;
/** Channels after each convolution. */
export const CHANNELS = [16, 32, 64] as const;
/** Seed of weights, batches and augmentation of both networks. */
const SEED = 1;

/** The comparing network's own session. */
export function compareConfig(defaults: SessionConfig): SessionConfig {
  return configs(defaults).compare;
}

/** One network and one number of pictures a step, two goals. Each draws its batches as its goal needs them. */
function configs(
  defaults: SessionConfig,
  seed = SEED,
): {
  readonly names: SessionConfig;
  readonly compare: SessionConfig;
} {
  const shared: SessionConfig = {
    ...defaults,
    seed,
    unseenClasses: NEWCOMERS,
    network: { kind: 'conv', channels: [...CHANNELS] },
    miner: { kind: 'none' },
    batch: { classes: 32, perClass: 4 },
    augment: { shift: 2 },
    optimizer: { learningRate: 3e-3, weightDecay: 0 },
  };
  return {
    names: {
      ...shared,
      // Groups of one class slow a classifier down: it learns most from pictures drawn one by one.
      batch: { ...shared.batch, sampler: 'classBalanced' },
      embedding: { dim: DIM, normalize: false },
      distance: 'euclidean',
      loss: { kind: 'softmax' },
    },
    compare: {
      ...shared,
      embedding: { dim: DIM, normalize: true },
      distance: 'cosine',
      loss: { kind: 'supcon', temperature: 0.1 },
    },
  };
}

/** Rows of some pictures at one step in both spaces. */
export interface Rows {
  readonly step: number;
  readonly ids: readonly number[];
  readonly names: Float32Array;
  readonly compare: Float32Array;
}

/** The state of both networks at one step, enough to answer for any picture. */
export interface Reading {
  readonly step: number;
  /** Unit rows of all pictures. */
  readonly names: Float32Array;
  readonly compare: Float32Array;
  readonly compareCentres: Float32Array;
  /** Softmax scores of each unseen picture for the known classes, unseen x known. */
  readonly scores: Float32Array;
  readonly counts: { readonly names: Counts; readonly compare: Counts };
}

/** Two laboratories that train in step on the same data. */
export class Study {
  readonly roster: Roster;
  readonly #names: Lab;
  readonly #compare: Lab;
  readonly #set: PackedDataset;
  #step = 0;

  private constructor(names: Lab, compare: Lab, set: PackedDataset, roster: Roster) {
    [this.#names, this.#compare, this.#set, this.roster] = [names, compare, set, roster];
  }

  /** Opens both on the CPU, where equal seeds give equal runs bit for bit. */
  static async open(bytes: ArrayBuffer, set: PackedDataset, seed = SEED): Promise<Study> {
    const labs = await Promise.all([createLab({ device: 'cpu' }), createLab({ device: 'cpu' })]);
    const [names, compare] = labs;
    await Promise.all(labs.map((lab) => lab.loadDataset(bytes)));
    const chosen = configs(await names.defaults(), seed);
    const [{ roles }] = await Promise.all([names.configure(chosen.names), compare.configure(chosen.compare)]);
    return new Study(names, compare, set, rosterOf(set, roles));
  }

  get step(): number {
    return this.#step;
  }

  /** Both laboratories as they are, to go on from later. */
  async save(): Promise<{ names: Uint8Array<ArrayBuffer>; compare: Uint8Array<ArrayBuffer> }> {
    const [names, compare] = await Promise.all([this.#names.save(), this.#compare.save()]);
    return { names, compare };
  }

  /** The comparing network as it is. */
  saveCompare(): Promise<Uint8Array> {
    return this.#compare.save();
  }

  /** Goes on from what `save` gave. */
  async restore(saved: { readonly names: Uint8Array; readonly compare: Uint8Array }): Promise<void> {
    const [names, compare] = await Promise.all([
      this.#names.restore(saved.names),
      this.#compare.restore(saved.compare),
    ]);
    if (names.step !== compare.step) throw new Error('The saved laboratories are at different steps.');
    this.#step = names.step;
  }

  async advance(steps: number): Promise<void> {
    const [{ step }] = await Promise.all([this.#names.advance(steps), this.#compare.advance(steps)]);
    this.#step = step;
  }

  /** Unit rows of some pictures by both networks as they are now. */
  async show(pictures: readonly number[]): Promise<Rows> {
    const { pixels, channels, height, width } = this.#set;
    const size = channels * height * width;
    const asked = new Uint8Array(pictures.length * size);
    pictures.forEach((at, k) => {
      asked.set(pixels.subarray(at * size, (at + 1) * size), k * size);
    });
    const step = this.#step;
    const request = { pixels: asked, count: pictures.length };
    const [names, compare] = await Promise.all([this.#names.embed(request), this.#compare.embed(request)]);
    return { step, ids: pictures, names: toUnit(names, DIM), compare: toUnit(compare, DIM) };
  }

  /** Embeds everything, and counts in both spaces. */
  async read(): Promise<Reading> {
    const step = this.#step;
    const [rows, compareRows, state] = await Promise.all([
      this.#names.embeddings(),
      this.#compare.embeddings(),
      this.#names.save(),
    ]);
    const scores = await this.#scores(rows, state);
    const [names, compare] = [toUnit(rows, DIM), toUnit(compareRows, DIM)];
    const [namesCounts, compareCounts] = await Promise.all([
      this.#count(this.#names, names, DIM),
      this.#count(this.#compare, compare, DIM),
    ]);
    const counts = { names: namesCounts, compare: compareCounts };
    return { step, names, compare, compareCentres: centresOf(compare, DIM, this.roster), scores, counts };
  }

  /** The same counts on the pixels themselves, less their mean picture, which serves them best. */
  async rawCounts(): Promise<Counts> {
    return this.#count(this.#compare, await rawRows(this.#set), this.#set.pixels.length / this.#set.count);
  }

  /** The counts of an embedding cut to its first numbers. */
  async countFirst({ compare }: Reading, dim: number): Promise<Counts> {
    return countFirst(this.#compare, compare, dim, this.roster);
  }

  dispose(): void {
    this.#names.dispose();
    this.#compare.dispose();
  }

  #count(lab: Lab, unit: Float32Array, dim: number): Promise<Counts> {
    return countUnit(lab, unit, dim, this.roster);
  }

  /** w·x + b of each unseen picture for each known class, by the classifier's own weights. */
  async #scores(rows: Float32Array, state: Uint8Array): Promise<Float32Array> {
    const { known, unseen } = this.roster;
    const [weight, bias] = [tensor(state, 'classifier.weight'), tensor(state, 'classifier.bias')];
    const dim = DIM + 1;
    const references = new Float32Array(known.length * dim);
    known.forEach((label, k) => {
      for (let j = 0; j < DIM; j++) references[k * dim + j] = weight[j * bias.length + label] ?? 0;
      references[k * dim + DIM] = bias[label] ?? 0;
    });
    const queries = new Float32Array(unseen.length * dim).fill(1);
    unseen.forEach((at, k) => {
      queries.set(rows.subarray(at * DIM, (at + 1) * DIM), k * dim);
    });
    const minus = await this.#names.distances({ queries, references, dim, metric: 'dot' });
    return minus.map((value) => -value);
  }
}

/** Counts in a space of `DIM` numbers a picture, cut to the first `dim` of them. `lab` has the pictures of the roster. */
export function countFirst(lab: Lab, rows: Float32Array, dim: number, roster: Roster): Promise<Counts> {
  const cut = new Float32Array((rows.length / DIM) * dim);
  for (let at = 0; at < cut.length / dim; at++) cut.set(rows.subarray(at * DIM, at * DIM + dim), at * dim);
  return countUnit(lab, toUnit(cut, dim), dim, roster);
}

async function countUnit(lab: Lab, unit: Float32Array, dim: number, roster: Roster): Promise<Counts> {
  const unseen = rowsOf(unit, dim, roster.unseen);
  const queries = joined(rowsOf(unit, dim, roster.test), unseen);
  const references = joined(centresOf(unit, dim, roster), unseen);
  return countsOf(await lab.distances({ queries, references, dim, metric: 'cosine' }), roster);
}

/** The pixels as unit rows, less their mean picture: the form in which they recognise most. */
export function rawRows(set: PackedDataset): Promise<Float32Array> {
  const kept = made.get(set);
  if (kept) return kept;
  const rows = makeRawRows(set);
  made.set(set, rows);
  return rows;
}

/** Several figures of a page need the rows of one set. */
const made = new WeakMap<PackedDataset, Promise<Float32Array>>();

async function makeRawRows({ pixels, count }: PackedDataset): Promise<Float32Array> {
  const dim = pixels.length / count;
  const mean = new Float32Array(dim);
  await inSlices(count, (at) => {
    for (let j = 0; j < dim; j++) mean[j] = (mean[j] ?? 0) + (pixels[at * dim + j] ?? 0) / count;
  });
  const rows = new Float32Array(pixels.length);
  await inSlices(count, (at) => {
    for (let j = 0; j < dim; j++) rows[at * dim + j] = (pixels[at * dim + j] ?? 0) - (mean[j] ?? 0);
    unitRow(rows, at * dim, dim);
  });
  return rows;
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
