import { isDeviceFault, toMetricLabError } from './errors.js';
import type { EngineMethod, EngineRequest } from './protocol.js';
import {
  type RowAnswer,
  type RowCall,
  type Rows,
  WholeAnswer,
  isCount,
  room,
  shapeOf,
} from './row-answers.js';
import type { StepReport } from './types.js';

/** An engine, by the names of its methods. */
export type Methods = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** How a call is watched while it runs. */
export interface Watch {
  readonly now: () => number;
  /** Lets the Worker hear messages. */
  readonly pause: () => Promise<void>;
  readonly stopped: () => boolean;
  readonly progress: (done: number, total: number) => void;
}

/** A call in parts. */
interface Cut {
  readonly total: number;
  /** Most units of a part. */
  readonly most: number;
  /** Units of the first part. */
  readonly first: number;
  readonly part: (from: number, count: number) => Promise<void>;
  /** The parts together, as far as they are done. */
  readonly value: () => unknown;
  /** Whether the whole call may be made after a part was refused. */
  readonly pure: boolean;
  /** Whether each part reads the same references once more. */
  readonly rereads?: boolean;
}

/** Target time of a part of a watched call: short enough to stop soon, long enough to cost nothing. */
const PART_MS = 50;
/**
 * A part that reads the references takes REREADS times as long as the reading, and LONGEST_MS at most, so that a stop is prompt. Where
 * the reading alone takes more than half of LONGEST_MS, the part takes twice as long as the reading.
 */
const [REREADS, LONGEST_MS] = [5, 1000];
/** Largest answer of a part, in bytes: the engine's memory never shrinks. */
const PART_BYTES = 16 * 1024 * 1024;
/** Most samples of a part that embeds: their embeddings may be much larger than they are. */
const PART_SAMPLES = 16 * 1024;
/** Numbers that the first part of a watched search compares. */
const FIRST_WORK = 1 << 16;
const GROWTH = 4;

/** Runs a call, in parts where it can be split. A stopped call answers with the parts that are done. */
export async function run(engine: Methods, request: EngineRequest, watch: Watch): Promise<unknown> {
  const { method, args } = request;
  const whole = () => engine[method]?.(...args);
  const cut = cutOf(engine, request);
  if (!cut) {
    const answer = await whole();
    if (request.watched) watch.progress(1, 1);
    return answer;
  }
  try {
    await parts(cut, request.watched, watch);
  } catch (thrown) {
    const { code } = toMetricLabError(thrown);
    // The engine counts rows within a part. Called with all rows, it refuses them too, and names the caller's row.
    if (!cut.pure || code === 'engine.unexpected' || isDeviceFault(code)) throw thrown;
    return whole();
  }
  return cut.value();
}

async function parts(cut: Cut, watched: boolean, watch: Watch): Promise<void> {
  const { total, most, first, part } = cut;
  let last: Part | null = null;
  let lead = 0;
  for (let done = 0, size = watched ? first : most; done < total;) {
    const count = Math.min(size, most, total - done);
    const began = watch.now();
    await part(done, count);
    done += count;
    if (!watched) continue;
    watch.progress(done, total);
    if (done === total) return;
    const now: Part = { count, elapsed: watch.now() - began };
    if (cut.rereads && last && last.count !== count) lead = leadOf(last, now);
    const work = Math.max(PART_MS, lead, Math.min(LONGEST_MS, REREADS * lead) - lead);
    size = Math.max(1, Math.round((count * work) / Math.max(now.elapsed - lead, work / GROWTH)));
    // `leadOf` needs two parts of different sizes.
    if (cut.rereads && !last) size = Math.max(size, 2 * count);
    last = now;
    await watch.pause();
    if (watch.stopped()) return;
  }
}

interface Part {
  readonly count: number;
  readonly elapsed: number;
}

/** The time that a part of any size takes before its first unit. Two parts of different sizes tell it. */
function leadOf(one: Part, other: Part): number {
  const unit = Math.max(0, (other.elapsed - one.elapsed) / (other.count - one.count));
  return Math.max(0, Math.min(one.elapsed, other.elapsed) - unit * Math.min(one.count, other.count));
}

function cutOf(engine: Methods, request: EngineRequest): Cut | null {
  const { method, args, watched } = request;
  const make = CUTS[method];
  return make ? make(engine, args, watched) : null;
}

type Make = (engine: Methods, args: readonly unknown[], watched: boolean) => Cut | null;
const CUTS: Partial<Record<EngineMethod, Make>> = {
  advance: (engine, [steps], watched) => (watched ? cutSteps(engine, steps as number) : null),
  distances: (engine, [rows], watched) => cutRows(engine, 'distances', rows as Rows, watched),
  nearest: (engine, [rows], watched) => cutRows(engine, 'nearest', rows as Rows, watched),
  embed: (engine, [samples], watched) => cutSamples(engine, samples as Samples, watched),
};

function cutSteps(engine: Methods, total: number): Cut | null {
  if (total < 2) return null;
  const losses = new Float32Array(total);
  const active = new Float32Array(total);
  let [done, step, milliseconds] = [0, 0, 0];
  return {
    total,
    most: total,
    first: 1,
    pure: false,
    part: async (from, count) => {
      const report = (await engine['advance']?.(count)) as StepReport;
      losses.set(report.losses, from);
      active.set(report.active, from);
      [done, step] = [from + count, report.step];
      milliseconds += report.milliseconds;
    },
    value: (): StepReport => ({
      step,
      losses: losses.slice(0, done),
      active: active.slice(0, done),
      milliseconds,
    }),
  };
}

function cutRows(engine: Methods, method: RowCall, rows: Rows, watched: boolean): Cut | null {
  const shape = shapeOf(method, rows);
  if (!shape) return null;
  const { n, m, bytes } = shape;
  const { queries, dim } = rows;
  const most = Math.max(1, Math.floor(PART_BYTES / bytes));
  if (n <= most && !watched) return null;
  const whole = new WholeAnswer(method, shape);
  return {
    total: n,
    most,
    first: Math.max(1, Math.floor(FIRST_WORK / (m * dim))),
    pure: true,
    rereads: true,
    part: async (from, count) => {
      const part = { ...rows, queries: queries.subarray(from * dim, (from + count) * dim) };
      whole.put(from, (await engine[method]?.(part)) as RowAnswer);
    },
    value: () => whole.value,
  };
}

interface Samples {
  readonly pixels: Uint8Array;
  readonly count: number;
}

function cutSamples(engine: Methods, samples: Samples, watched: boolean): Cut | null {
  const { pixels, count: total } = samples;
  if (!isCount(total)) return null;
  const each = pixels.length / total;
  if (!isCount(each)) return null;
  const most = Math.max(1, Math.min(PART_SAMPLES, Math.floor(PART_BYTES / each)));
  if (total <= most && !watched) return null;
  let all = new Float32Array();
  return {
    total,
    most,
    first: 64,
    pure: true,
    part: async (from, count) => {
      const part = pixels.subarray(from * each, (from + count) * each);
      const rows = (await engine['embed']?.({ ...samples, pixels: part, count })) as Float32Array;
      if (from === 0) all = room(Float32Array, (rows.length / count) * total);
      all.set(rows, (from * rows.length) / count);
    },
    value: () => all,
  };
}
