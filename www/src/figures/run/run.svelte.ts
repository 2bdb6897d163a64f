import { createLab, type Lab } from 'metriclab';
import type { Progress } from '../../state/telling.svelte';
import { inChunks } from './chunks';

/**
 * The work of a figure with engines of its own, in rounds: a round replaces the one before, whose answers and faults then no
 * longer count. Within a round it trains, pauses and goes on.
 */
export abstract class Run {
  running = $state(false);
  failure = $state.raw<unknown>(null);
  /** How far the training is; null before an engine has made a step. */
  progress = $state.raw<Progress | null>(null);
  #round = new AbortController();
  #pause = new AbortController();
  /** The last training; after a pause its last chunk may still be on its way. */
  #trained: Promise<void> = Promise.resolve();

  /** Trains no further after the present chunk. */
  pause(): void {
    this.#pause.abort();
    this.running = false;
  }

  close(): void {
    this.#end();
  }

  /** Pauses, and waits for the chunk that is on its way: what is told of the last step is then of the engine's. */
  protected async rest(): Promise<void> {
    this.pause();
    await this.#trained;
  }

  /** Begins another round. */
  protected renew(work: (round: AbortSignal) => Promise<void>): Promise<void> {
    this.#end();
    this.#round = new AbortController();
    [this.failure, this.progress] = [null, null];
    return this.attempt(work);
  }

  /** Does something in the present round. */
  protected async attempt(work: (round: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#round;
    try {
      await work(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.pause();
      this.failure = error;
    }
  }

  /**
   * Makes so many steps, a chunk at a time, unless it does so already. `stop` tells of a pause or the end of the round.
   * `advance` returns the step of the engine, if there is one.
   */
  protected async makeSteps(
    steps: number,
    chunk: number,
    advance: (count: number, round: AbortSignal, stop: AbortSignal) => Promise<number | undefined>,
  ): Promise<void> {
    if (this.running) return;
    const { signal } = (this.#pause = new AbortController());
    const before = this.#trained;
    [this.running, this.failure] = [true, null];
    this.#trained = this.attempt(async (round) => {
      await before;
      let left = steps;
      await inChunks(steps, chunk, signal, async (count) => {
        const step = await advance(count, round, signal);
        left -= count;
        if (step !== undefined && !round.aborted) this.progress = { step, until: step + left };
      });
    });
    await this.#trained;
    if (!signal.aborted) this.running = false;
  }

  #end(): void {
    this.#round.abort();
    this.pause();
  }
}

/** An engine on the CPU, with a data set. It is closed again where its round is over by then. */
export async function openLab(round: AbortSignal, bytes?: ArrayBuffer): Promise<Lab> {
  const lab = await createLab({ device: 'cpu' });
  try {
    round.throwIfAborted();
    if (bytes) await lab.loadDataset(bytes);
    round.throwIfAborted();
    return lab;
  } catch (error) {
    lab.dispose();
    throw error;
  }
}
