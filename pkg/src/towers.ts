import { optionsOf, ownBytes, reading, rowsTogether } from './arguments.js';
import { aborted, callOptions } from './call.js';
import { ASYNC_DISPOSE } from './disposal.js';
import { MetricLabError, badArgument, freed, toMetricLabError } from './errors.js';
import { contentOfBlob } from './gzip.js';
import { Line } from './line.js';
import type { TowersMethod } from './protocol.js';
import { room } from './row-answers.js';
import { show } from './show.js';
import type {
  TowerEnd,
  TowerSamples,
  Towers,
  TowersData,
  TowersOptions,
  TowersRankRequest,
  TowersRanking,
  TowersReport,
} from './towers-types.js';
import type { Bytes, CallOptions } from './types.js';

/** Asks the engine, in the lab's queue. */
export type AskTowers = (method: TowersMethod, request: object, call?: object) => Promise<unknown>;

interface Opened {
  readonly config: { readonly dim: number };
  readonly step: number;
}

/** Samples as they cross: arrays, and how to read them. */
interface Crossing {
  readonly numbers: Float32Array;
  readonly ids: Uint32Array;
  /** Where each bag or sequence ends. */
  readonly ends: Uint32Array;
  readonly given:
    | { readonly kind: 'rows'; readonly shape: readonly number[] }
    | { readonly kind: 'sequences'; readonly features: number }
    | { readonly kind: 'bags'; readonly ids: number };
}

/** A call may be stopped after so many steps. */
const STRIDE = 25;
const MOST_STEPS = 10_000;
/** Samples that are embedded in one part: the engine's memory never shrinks. */
const SAMPLES_AT_ONCE = 16 * 1024;
/** Left ends that are ranked in one part. */
const LEFTS_AT_ONCE = 1024;
const ENDS: readonly TowerEnd[] = ['left', 'right'];
const NOTHING = new Uint8Array(0);

let next = 1;

export async function openTowers(
  ask: AskTowers,
  options: TowersOptions,
  call?: CallOptions,
): Promise<Towers> {
  const request = reading(() => {
    const given = optionsOf(options, ['left', 'right', 'pairs', 'config'], '{ left, right, pairs }');
    return { ...crossing(given), config: given.config ?? {}, state: NOTHING };
  });
  return opened(ask, request, call);
}

export async function loadTowers(
  ask: AskTowers,
  bytes: Bytes,
  data: TowersData,
  call?: CallOptions,
): Promise<Towers> {
  const { own, rest } = reading(() => {
    const given = optionsOf(data, ['left', 'right', 'pairs'], '{ left, right, pairs }');
    return { own: ownBytes(bytes), rest: crossing(given) };
  });
  const state = own instanceof Blob ? new Uint8Array(await contentOfBlob(own)) : own;
  if (state.length === 0)
    throw new MetricLabError(
      'session.state_invalid',
      'The saved session cannot be restored: the file is empty.',
    );
  return opened(ask, { ...rest, config: {}, state }, call);
}

async function opened(ask: AskTowers, request: object, call: CallOptions | undefined): Promise<Towers> {
  const number = next++;
  const answer = (await ask('towersOpen', { ...request, towers: number }, call)) as Opened;
  return new LabTowers(number, answer, ask);
}

class LabTowers implements Towers {
  readonly dim: number;
  readonly #number: number;
  readonly #ask: AskTowers;
  /** Calls of several parts: what is asked for meanwhile is answered when they are over. */
  readonly #parts = new Line();
  #step: number;
  #closed = false;

  constructor(number: number, { config, step }: Opened, ask: AskTowers) {
    this.#number = number;
    this.dim = config.dim;
    this.#step = step;
    this.#ask = ask;
  }

  get step(): number {
    return this.#step;
  }

  async advance(steps: number, call?: CallOptions): Promise<TowersReport> {
    const { signal, onProgress } = reading(() => callOptions(call));
    if (!Number.isInteger(steps) || steps < 0 || steps > MOST_STEPS)
      throw new MetricLabError(
        'config.invalid',
        `steps must be a whole number from 0 to ${MOST_STEPS}, is ${show(steps)}.`,
      );
    return this.#parts.run(async () => {
      const losses = new Float32Array(steps);
      for (let done = 0; done < steps;) {
        if (signal?.aborted) throw aborted(signal);
        const report = (await this.#call('towersAdvance', {
          steps: Math.min(STRIDE, steps - done),
        })) as TowersReport;
        losses.set(report.losses, done);
        done += report.losses.length;
        this.#step = report.step;
        onProgress?.({ done, total: steps });
      }
      return { step: this.#step, losses };
    }, signal);
  }

  async embed(end: TowerEnd, samples?: TowerSamples, call?: CallOptions): Promise<Float32Array<ArrayBuffer>> {
    const crossing = reading(() => {
      if (!ENDS.includes(end)) throw badArgument(`end must be 'left' or 'right', is ${show(end)}.`);
      return samples === undefined ? null : crossingOf(samples, 'samples');
    });
    if (!crossing || countOf(crossing) <= SAMPLES_AT_ONCE)
      return (await this.#read('towersEmbed', embedding(end, crossing ?? NONE), call)) as Embedded;
    const { signal, onProgress } = reading(() => callOptions(call));
    // Rows in one array may be the caller's, who may change them while the first parts are embedded. All else is a copy already.
    const own = { ...crossing, numbers: crossing.numbers.slice() };
    return this.#parts.run(() => this.#embed(end, own, { signal, onProgress }), signal);
  }

  async #embed(end: TowerEnd, all: Crossing, { signal, onProgress }: CallOptions): Promise<Embedded> {
    const total = countOf(all);
    const found = room(Float32Array, total * this.dim);
    for (let done = 0; done < total;) {
      if (signal?.aborted) throw aborted(signal);
      const next = Math.min(total, done + SAMPLES_AT_ONCE);
      try {
        found.set(await this.#embedded(end, partOf(all, done, next)), done * this.dim);
      } catch (thrown) {
        // The engine counts rows within a part. Called with all, it refuses them too, and names the caller's row.
        if (toMetricLabError(thrown).code !== 'data.not_finite') throw thrown;
        return this.#embedded(end, all);
      }
      done = next;
      onProgress?.({ done, total });
    }
    return found;
  }

  async #embedded(end: TowerEnd, samples: Crossing): Promise<Embedded> {
    return (await this.#call('towersEmbed', embedding(end, samples))) as Embedded;
  }

  async rank(request: TowersRankRequest, call?: CallOptions): Promise<TowersRanking> {
    const { signal, onProgress } = reading(() => callOptions(call));
    const { lists, k } = reading(() => {
      const given = optionsOf(request, ['heldOut', 'k'], '{ heldOut: [[0, 3]], k: 20 }');
      return { lists: byLeft(pairsOf(given.heldOut, 'heldOut')), k: given.k ?? 20 };
    });
    if (!isCount(k) || k === 0)
      throw new MetricLabError('k.out_of_range', `k must be a whole number of at least 1, is ${show(k)}.`);
    const lefts = Uint32Array.from(lists.keys());
    return this.#parts.run(() => this.#rank(lists, lefts, k, { signal, onProgress }), signal);
  }

  async #rank(
    lists: ReadonlyMap<number, readonly number[]>,
    lefts: Uint32Array<ArrayBuffer>,
    k: number,
    { signal, onProgress }: CallOptions,
  ): Promise<TowersRanking> {
    const each = new Float32Array(2 * lefts.length);
    let tied = 0;
    // Without a held-out pair the engine says what is missing.
    for (let done = 0; done === 0 || done < lefts.length;) {
      if (signal?.aborted) throw aborted(signal);
      const part = lefts.slice(done, done + LEFTS_AT_ONCE);
      const own = Array.from(part, (left) => lists.get(left) ?? []);
      let end = 0;
      const ends = Uint32Array.from(own, (list) => (end += list.length));
      const asked = { lefts: part, heldOut: Uint32Array.from(own.flat()), ends, k };
      const found = (await this.#call('towersRank', asked)) as { each: Float32Array; tied: number };
      each.set(found.each, 2 * done);
      tied += found.tied;
      done += part.length;
      onProgress?.({ done, total: lefts.length });
    }
    const mean = (from: number) =>
      each.reduce((sum, value, at) => (at % 2 === from ? sum + value : sum), 0) / lefts.length;
    return { recall: mean(0), ndcg: mean(1), k, tied, lefts, each };
  }

  async save(call?: CallOptions): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#read('towersSave', {}, call)) as Uint8Array<ArrayBuffer>;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const done = this.#call('towersClose', {});
    this.#closed = true;
    await freed(done);
  }

  async [ASYNC_DISPOSE](): Promise<void> {
    await this.close();
  }

  #read(method: TowersMethod, request: object, call: CallOptions | undefined): Promise<unknown> {
    const { signal } = reading(() => callOptions(call));
    const own = this.#parts.held(method, request);
    return this.#parts.after(() => this.#call(method, own, call), signal);
  }

  #call(method: TowersMethod, request: object, call?: CallOptions): Promise<unknown> {
    if (this.#closed) return Promise.reject(new MetricLabError('towers.closed', 'These towers were closed.'));
    return this.#ask(method, { ...request, towers: this.#number }, call);
  }
}

type Embedded = Float32Array<ArrayBuffer>;

const embedding = (end: TowerEnd, { given, ...arrays }: Crossing | typeof NONE): object => ({
  end,
  ...arrays,
  samples: given,
});

/** How many samples there are; where the numbers make no whole rows, the engine refuses them. */
function countOf({ numbers, ends, given }: Crossing): number {
  return given.kind === 'rows' ? Math.ceil(numbers.length / lengthOf(given.shape)) : ends.length;
}

function partOf({ numbers, ids, ends, given }: Crossing, from: number, to: number): Crossing {
  if (given.kind === 'rows') {
    const length = lengthOf(given.shape);
    return { ...NONE, numbers: numbers.subarray(from * length, to * length), given };
  }
  const [begin, end] = [ends[from - 1] ?? 0, ends[to - 1] ?? 0];
  return {
    numbers: numbers.subarray(begin, end),
    ids: ids.subarray(begin, end),
    ends: ends.subarray(from, to).map((place) => place - begin),
    given,
  };
}

const lengthOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

const NONE = { numbers: new Float32Array(0), ids: new Uint32Array(0), ends: new Uint32Array(0), given: null };

function crossing(data: Readonly<Partial<Record<keyof TowersData, unknown>>>): object {
  const left = crossingOf(data.left, 'left');
  const right = crossingOf(data.right, 'right');
  return {
    left: left.given,
    leftNumbers: left.numbers,
    leftIds: left.ids,
    leftEnds: left.ends,
    right: right.given,
    rightNumbers: right.numbers,
    rightIds: right.ids,
    rightEnds: right.ends,
    pairs: pairsOf(data.pairs),
  };
}

function crossingOf(samples: unknown, name: string): Crossing {
  const { rows, shape, sequences, features, bags, ids } = optionsOf(
    samples,
    ['rows', 'shape', 'sequences', 'features', 'bags', 'ids'],
    '{ rows, shape: 32 }, { sequences, features: 12 } or { bags, ids: 100 }',
  );
  if ([rows, sequences, bags].filter((kind) => kind !== undefined).length !== 1)
    throw badArgument(`${name} must have either rows, sequences or bags, is ${show(samples)}.`);
  if (sequences !== undefined) return sequencesOf(sequences, features, name);
  return rows === undefined ? bagsOf(bags, ids, name) : rowsOf(rows, shape, name);
}

function sequencesOf(sequences: unknown, features: unknown, name: string): Crossing {
  if (!isCount(features) || features === 0)
    throw badArgument(`${name}.features must be how many numbers a frame has, is ${show(features)}.`);
  if (!Array.isArray(sequences))
    throw badArgument(`${name}.sequences must be a list of lists of numbers, is ${show(sequences)}.`);
  const all = (sequences as readonly unknown[]).map((one, at) => {
    const { length } = Object(one) as ArrayLike<number>;
    if (typeof one !== 'object' || !isCount(length))
      throw badArgument(`${name}.sequences[${at}] must be a list of numbers, is ${show(one)}.`);
    return rowsTogether([one], length, `${name}.sequences`);
  });
  let end = 0;
  const ends = Uint32Array.from(all, (one) => (end += one.length));
  const numbers = new Float32Array(end);
  all.forEach((one, at) => {
    numbers.set(one, (ends[at] ?? 0) - one.length);
  });
  return { ...NONE, numbers, ends, given: { kind: 'sequences', features } };
}

function rowsOf(rows: unknown, shape: unknown, name: string): Crossing {
  const sides = Array.isArray(shape) ? (shape as unknown[]) : [1, 1, shape];
  if (sides.length !== 3 || !sides.every(isCount) || !sides.every((side) => side > 0))
    throw badArgument(`${name}.shape must be how many numbers a row has, or three such, is ${show(shape)}.`);
  const length = lengthOf(sides);
  const given = { kind: 'rows' as const, shape: sides };
  return { ...NONE, numbers: rowsTogether(rows, length, `${name}.rows`), given };
}

function bagsOf(bags: unknown, count: unknown, name: string): Crossing {
  if (!Array.isArray(bags)) throw badArgument(`${name}.bags must be a list of lists, is ${show(bags)}.`);
  if (!isCount(count)) throw badArgument(`${name}.ids must be how many ids there are, is ${show(count)}.`);
  const [ids, numbers, ends]: [number[], number[], number[]] = [[], [], []];
  (bags as readonly unknown[]).forEach((bag, at) => {
    if (!Array.isArray(bag)) throw badArgument(`Bag ${at} of ${name} must be a list, is ${show(bag)}.`);
    for (const item of bag as readonly unknown[]) {
      const [id, weight]: readonly unknown[] = Array.isArray(item) ? (item as unknown[]) : [item, 1];
      if (!isCount(id) || typeof weight !== 'number')
        throw badArgument(`Bag ${at} of ${name} must hold ids, or [id, weight]: it holds ${show(item)}.`);
      ids.push(id);
      numbers.push(weight);
    }
    ends.push(ids.length);
  });
  return {
    numbers: Float32Array.from(numbers),
    ids: Uint32Array.from(ids),
    ends: Uint32Array.from(ends),
    given: { kind: 'bags', ids: count },
  };
}

/** The right ends of each left end, which are in ascending order. */
function byLeft(pairs: Uint32Array): Map<number, number[]> {
  const lists = new Map<number, number[]>();
  const order = Array.from({ length: pairs.length / 2 }, (_, at) => at);
  order.sort((a, b) => (pairs[2 * a] ?? 0) - (pairs[2 * b] ?? 0));
  for (const at of order) {
    const [left = 0, right = 0] = pairs.subarray(2 * at, 2 * at + 2);
    const list = lists.get(left) ?? [];
    // A pair that is told twice is one.
    if (!list.includes(right)) list.push(right);
    lists.set(left, list);
  }
  return lists;
}

function pairsOf(pairs: unknown, name = 'pairs'): Uint32Array {
  if (pairs instanceof Uint32Array) {
    if (pairs.length % 2 === 0) return pairs;
    throw new MetricLabError(
      'shape.mismatch',
      `${name} must hold two places a pair, holds ${pairs.length} places.`,
    );
  }
  if (!Array.isArray(pairs)) throw badArgument(`${name} must be a list of pairs, is ${show(pairs)}.`);
  const places = (pairs as readonly unknown[]).flatMap((pair) => {
    if (Array.isArray(pair) && pair.length === 2 && pair.every(isCount)) return pair;
    throw badArgument(`A pair must be two places, counted from 0, is ${show(pair)}.`);
  });
  return Uint32Array.from(places);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}
