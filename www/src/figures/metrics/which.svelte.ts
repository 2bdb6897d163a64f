import type { PackedDataset } from 'metriclab';
import { tools } from '../../state/tools';
import { packed } from '../packed';
import { changed, FAINT, toHistograms, type Change } from './changes';
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

/** Drawings on offer and drawings that ask, all of `dim` numbers. */
interface Task {
  readonly references: Float32Array;
  readonly queries: Float32Array;
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
    try {
      this.set ??= await packed('hangul');
      const task = taskOf(this.set, change);
      if (this.#asked.signal !== signal) return;
      this.task = task;
      this.found = new Map();
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
    const { queries, dim, right } = task;
    const one = {
      ...task,
      queries: queries.subarray(picked * dim, (picked + 1) * dim),
      right: [right[picked] ?? 0],
    };
    let found: ReadonlyMap<MetricName, Nearest> = new Map();
    for (const name of shown.filter((other) => !this.#answers.has(`${change} ${other}`))) {
      found = new Map([...found, [name, await search(one, factsOf(name), signal)]]);
      if (this.#asked.signal !== signal) return;
      this.first = { picked, found };
    }
  }
}

function taskOf(set: PackedDataset, change: Change): Task {
  const dim = set.width * set.height;
  const [registered, asking] = [REGISTERED, change === 'typeface' ? ASKING : REGISTERED].map((face) =>
    drawingsIn(set, face),
  );
  const full = (registered ?? []).map((at) => inkOf(set, at, dim));
  const offered =
    change === 'amount' ? full.flatMap((ink) => [ink, ink.map((value) => FAINT * value)]) : full;
  const right: number[] = [];
  const queries: Float32Array[] = [];
  (asking ?? []).forEach((at, label) => {
    if (label % EVERY !== 0) return;
    queries.push(changed(inkOf(set, at, dim), set.width, change));
    right.push(change === 'amount' ? 2 * label + 1 : label);
  });
  return { references: joined(offered, dim), queries: joined(queries, dim), dim, right };
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
  return Float32Array.from(pixels.subarray(at * dim, (at + 1) * dim), (value) => value / 255);
}

function joined(rows: readonly Float32Array[], dim: number): Float32Array {
  const out = new Float32Array(rows.length * dim);
  rows.forEach((row, k) => {
    out.set(row, k * dim);
  });
  return out;
}

async function search(
  { queries, references, dim, right }: Task,
  { kind, histograms }: Facts,
  signal: AbortSignal,
): Promise<Found> {
  const rows = (of: Float32Array): Float32Array => (histograms ? toHistograms(of, dim) : of);
  const lab = await tools();
  const { indices, distances } = await lab.nearest(
    { queries: rows(queries), references: rows(references), dim, k: SHOWN, metric: kind },
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
