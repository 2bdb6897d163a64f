import type { PackedDataset } from 'metriclab';
import { inSlices } from '../../dom/slices';
import { tools } from '../../state/tools';
import { packed } from '../packed';
import { changed, histogramOf, type Change } from './changes';
import { factsOf, FIVE, MORE, type Facts, type MetricName } from './names';
import { hitOf, rank, type Found, type Ranking } from './verdict';

/** Neighbours that are shown. */
export const SHOWN = 5;
/** Logarithms take longest. */
const QUICK_FIRST: readonly MetricName[] = [
  ...FIVE.filter((name) => name !== 'kullbackLeibler'),
  ...MORE,
  'kullbackLeibler',
];
/** Every fourth syllable asks. */
const EVERY = 4;
const REGISTERED = 'nanum-gothic';
const ASKING = 'gowun-batang';

/** References from the nearest on. */
export interface Nearest {
  readonly indices: Uint32Array;
  readonly distances: Float32Array;
}

/** Drawings on offer and drawings that ask. */
interface Drawings {
  readonly references: Float32Array;
  readonly queries: Float32Array;
}

/** All drawings have `dim` numbers. */
interface Task extends Drawings {
  readonly change: Change;
  readonly histograms: Drawings;
  readonly dim: number;
  /** The right reference of each query. */
  readonly right: readonly number[];
}

/** One query under several metrics, and how often each finds the right drawing. */
export class WhichMetric {
  change = $state<Change>('typeface');
  picked = $state(0);
  sixth = $state<MetricName | ''>('');
  task = $state.raw<Task | null>(null);
  found = $state.raw<ReadonlyMap<MetricName, Found>>(new Map());
  /** The neighbours of one drawing alone, which come before those of all. */
  first = $state.raw<{ readonly picked: number; readonly found: ReadonlyMap<MetricName, Nearest> } | null>(
    null,
  );
  failure = $state.raw<unknown>(null);
  set: PackedDataset | null = null;
  readonly #answers = new Map<string, Found>();
  #asked = new AbortController();

  get shown(): readonly MetricName[] {
    return this.sixth === '' ? FIVE : [...FIVE, this.sixth];
  }

  get queryCount(): number {
    return this.task?.right.length ?? 0;
  }

  get ranking(): Ranking<MetricName> | null {
    const { found, shown } = this;
    if (!shown.every((name) => found.has(name))) return null;
    return rank(new Map(shown.map((name) => [name, found.get(name)?.hits ?? []])));
  }

  /** The nearest to the drawing that asks. */
  nearest(name: MetricName): Nearest | null {
    const { picked } = this;
    const all = this.found.get(name);
    if (!all) return this.first?.picked === picked ? (this.first.found.get(name) ?? null) : null;
    const [from, to] = [picked * SHOWN, (picked + 1) * SHOWN];
    return { indices: all.indices.subarray(from, to), distances: all.distances.subarray(from, to) };
  }

  /** Ends what is being asked. */
  close(): void {
    this.#asked.abort();
  }

  /** Asks all shown metrics about the change as it is; an older question stops. */
  async ask(change: Change, shown: readonly MetricName[]): Promise<void> {
    this.#asked.abort();
    const { signal } = (this.#asked = new AbortController());
    [this.found, this.first] = [new Map(), null];
    try {
      this.set ??= await packed('hangul');
      const task = await taskOf(this.set, change);
      if (this.#asked.signal !== signal) return;
      this.task = task;
      await this.#askOne(task, change, shown, signal);
      for (const name of QUICK_FIRST.filter((one) => shown.includes(one))) {
        const key = `${change} ${name}`;
        const answer = this.#answers.get(key) ?? (await search(task, factsOf(name), signal));
        this.#answers.set(key, answer);
        if (this.#asked.signal !== signal) return;
        this.found = new Map([...this.found, [name, answer]]);
      }
    } catch (error) {
      if (this.#asked.signal === signal) this.failure = error;
    }
  }

  /** All metrics for the one drawing: some milliseconds, where all drawings take seconds. */
  async #askOne(
    task: Task,
    change: Change,
    shown: readonly MetricName[],
    signal: AbortSignal,
  ): Promise<void> {
    const { picked } = this;
    const { histograms, dim, right } = task;
    const alone = ({ references, queries }: Drawings): Drawings => ({
      references,
      queries: queries.subarray(picked * dim, (picked + 1) * dim),
    });
    const one = { ...task, ...alone(task), histograms: alone(histograms), right: [right[picked] ?? 0] };
    let found: ReadonlyMap<MetricName, Nearest> = new Map();
    for (const name of shown.filter((other) => !this.#answers.has(`${change} ${other}`))) {
      found = new Map([...found, [name, await search(one, factsOf(name), signal)]]);
      if (this.#asked.signal !== signal) return;
      this.first = { picked, found };
    }
  }
}

async function taskOf(set: PackedDataset, change: Change): Promise<Task> {
  const dim = set.width * set.height;
  const registered = drawingsIn(set, REGISTERED);
  const asking = change === 'typeface' ? drawingsIn(set, ASKING) : registered;
  const offered: Float32Array[] = [];
  const asked: Float32Array[] = [];
  const right: number[] = [];
  await inSlices(registered.length, (label) => {
    const full = inkOf(set, registered[label] ?? 0, dim);
    offered.push(full);
    if (change === 'amount') offered.push(changed(full, set.width, change));
    if (label % EVERY !== 0) return;
    asked.push(changed(inkOf(set, asking[label] ?? 0, dim), set.width, change));
    right.push(offered.length - 1);
  });
  const histograms = {
    references: await histogramsOf(offered, dim),
    queries: await histogramsOf(asked, dim),
  };
  return {
    change,
    references: joined(offered, dim),
    queries: joined(asked, dim),
    histograms,
    dim,
    right,
  };
}

/** For each class its drawing in a typeface. */
function drawingsIn({ labels, domainOf, domains }: PackedDataset, face: string): number[] {
  const found: number[] = [];
  const wanted = domains.indexOf(face);
  domainOf.forEach((domain, at) => {
    if (domain === wanted) found[labels[at] ?? 0] = at;
  });
  return found;
}

function inkOf({ pixels }: PackedDataset, at: number, dim: number): Float32Array {
  const ink = new Float32Array(dim);
  for (let k = 0; k < dim; k++) ink[k] = (pixels[at * dim + k] ?? 0) / 255;
  return ink;
}

function joined(rows: readonly Float32Array[], dim: number): Float32Array {
  const out = new Float32Array(rows.length * dim);
  rows.forEach((row, k) => {
    out.set(row, k * dim);
  });
  return out;
}

async function histogramsOf(rows: readonly Float32Array[], dim: number): Promise<Float32Array> {
  const out = new Float32Array(rows.length * dim);
  await inSlices(rows.length, (at) => {
    out.set(histogramOf(rows[at] ?? new Float32Array(dim)), at * dim);
  });
  return out;
}

async function search(task: Task, { kind, histograms }: Facts, signal: AbortSignal): Promise<Found> {
  const { dim, right } = task;
  const { queries, references } = histograms ? task.histograms : task;
  const lab = await tools();
  const { indices, distances } = await lab.nearest(
    { queries, references, dim, k: SHOWN, metric: kind },
    { signal },
  );
  const of = <Row extends Uint32Array | Float32Array>(all: Row, k: number): Row =>
    all.subarray(k * SHOWN, (k + 1) * SHOWN) as Row;
  return {
    indices,
    distances,
    hits: right.map((label, k) => hitOf(of(indices, k), of(distances, k), label)),
  };
}
