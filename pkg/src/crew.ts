import type { Call } from './call.js';
import type { Connection } from './connection.js';
import { MetricLabError } from './errors.js';
import type { Answer, Arguments, EngineMethod } from './protocol.js';
import { type RowCall, type RowShape, type Rows, WholeAnswer, isRowCall, shapeOf } from './row-answers.js';

/** Numbers to compare from which further engines pay: about half a second of one core. */
const WORTHWHILE = 2 ** 32;
/** Parts for each engine: cores differ, and some are busy with other things. */
const PARTS = 4;
/** How long idle engines wait for the next call. Each holds its rows. */
const IDLE_MS = 20_000;

/** What a crew is made of. */
export interface Hands {
  /** Most engines of a call, the lab's own included. */
  readonly most: number;
  /** Opens one more engine. */
  readonly open: () => Promise<Connection>;
  readonly worthwhile?: number | undefined;
}

/** A call whose queries are shared out. */
interface Search {
  readonly method: RowCall;
  readonly rows: Rows;
  readonly shape: RowShape;
}

/**
 * Further engines of a lab on the CPU, which share large searches. They are Workers of their own with copies of the rows:
 * memory that is shared would need headers that a plain static server does not send.
 */
export class Crew {
  readonly #hands: Hands;
  #helpers: Connection[] = [];
  /** Most engines of a call. Those that could not be opened are not tried again. */
  #most: number;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(hands: Hands) {
    this.#hands = hands;
    this.#most = hands.most;
  }

  /**
   * Answers a call: a large search with the engine of the lab and the helpers, any other with the lab's own. Where something
   * fails, the lab's engine does all of it: its error names the caller's row.
   */
  async answer<M extends EngineMethod>(
    own: Connection,
    method: M,
    args: Arguments<M>,
    call: Call<unknown>,
  ): Promise<Answer<M>> {
    const search = this.#searchOf(method, args);
    if (!search) return own.answer(method, args, call);
    clearTimeout(this.#idle);
    const stops = new Set<() => void>();
    const stop = () => {
      for (const one of stops) one();
    };
    call.sent(stop);
    try {
      await this.#gather();
      return (await this.#share(own, search, call, stops)) as Answer<M>;
    } catch (thrown) {
      stop();
      if (call.over) throw thrown;
      return await own.answer(method, args, call);
    } finally {
      this.#rest();
    }
  }

  close(reason: Parameters<Connection['close']>[0]): void {
    clearTimeout(this.#idle);
    for (const helper of this.#helpers.splice(0)) helper.close(reason);
  }

  /** The call as a search that several engines answer sooner; null for any other call. */
  #searchOf(method: EngineMethod, args: readonly unknown[]): Search | null {
    if (this.#most < 2 || !isRowCall(method)) return null;
    const rows = args[0] as Rows;
    const shape = shapeOf(method, rows);
    const pays = shape !== null && shape.n * shape.m * rows.dim >= (this.#hands.worthwhile ?? WORTHWHILE);
    return pays ? { method, rows, shape } : null;
  }

  /** Opens the helpers that are missing. */
  async #gather(): Promise<void> {
    this.#helpers = this.#helpers.filter(({ end }) => end === null);
    const missing = Array.from({ length: this.#most - 1 - this.#helpers.length }, () => this.#hands.open());
    for (const opened of await Promise.allSettled(missing))
      if (opened.status === 'fulfilled') this.#helpers.push(opened.value);
    this.#most = this.#helpers.length + 1;
  }

  /** Each engine takes the next part when it is done with one. */
  async #share(
    own: Connection,
    { method, rows, shape }: Search,
    call: Call<unknown>,
    stops: Set<() => void>,
  ): Promise<unknown> {
    const { queries, dim } = rows;
    const { n } = shape;
    const engines = [own, ...this.#helpers];
    const each = Math.ceil(n / (PARTS * engines.length));
    const whole = new WholeAnswer(method, shape);
    const done = new Map<number, number>();
    let next = 0;
    const work = async (engine: Connection): Promise<void> => {
      while (next < n && !call.over) {
        const from = next;
        next = Math.min(n, from + each);
        const part = { ...rows, queries: queries.slice(from * dim, next * dim) };
        const answer = await engine.call(method, [part], {
          watched: call.watched,
          progress: (count) => {
            done.set(from, count);
            call.progress(
              [...done.values()].reduce((all, one) => all + one, 0),
              n,
            );
          },
          sent: (stop) => stops.add(stop),
        });
        whole.put(from, answer);
      }
    };
    try {
      await Promise.all(engines.map(work));
    } finally {
      // After a failure nobody takes another part.
      next = n;
    }
    return whole.value;
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.close(new MetricLabError('lab.disposed', 'This engine was not needed any more.'));
    }, IDLE_MS);
    // In Node a timer would keep the process alive.
    (this.#idle as { unref?: () => void }).unref?.();
  }
}
