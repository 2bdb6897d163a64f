import type { Lab, SessionConfig } from 'metriclab';
import { pictures } from '../pictures';
import { rosterOf, toUnit, type Counts, type Roster } from '../newcomer/recognition';
import { compareConfig, countFirst, DIM } from '../newcomer/study';
import { inChunks } from '../run/chunks';
import { openLab, Run } from '../run/run.svelte';

const CHUNK = 5;
/**
 * Lengths that learn: 64, 32, 16 and 8. Two numbers cannot part 300 classes: with levels down to 2 their loss outweighs the
 * others, and all lengths suffer (12 instead of 26 of 100 questions after 100 steps).
 */
const LEVELS = 4;

/** Results of the trained network: none of them needs the engine again. */
export interface NestedReading {
  readonly step: number;
  /** Unit rows of all pictures. */
  readonly rows: Float32Array;
  /** Newcomers found by the first so many numbers. */
  readonly counts: ReadonlyMap<number, Counts>;
}

/** The comparing network once more, with the same seed, batches and steps, but trained by the Matryoshka loss. */
export class Nested extends Run {
  step = $state(0);
  reading = $state.raw<NestedReading | null>(null);
  busy = $state(false);
  readonly #url: string;

  constructor(url: string) {
    super();
    this.#url = url;
  }

  /** Trains up to a step, counts for each length, and lets go of the engine. */
  async train(until: number, lengths: readonly number[]): Promise<void> {
    if (this.busy || this.reading?.step === until) return;
    [this.busy, this.step, this.reading] = [true, 0, null];
    await this.renew(async (round) => {
      const { bytes, set } = await pictures(this.#url);
      const lab = await openLab(round, bytes);
      try {
        const { roles } = await lab.configure(nestedConfig(await lab.defaults()));
        await inChunks(until, CHUNK, round, async (count) => {
          const { step } = await lab.advance(count);
          if (!round.aborted) this.step = step;
        });
        const reading = await this.#read(lab, until, lengths, rosterOf(set, roles), round);
        if (!round.aborted) this.reading = reading;
      } finally {
        lab.dispose();
        if (!round.aborted) this.busy = false;
      }
    });
    // An engine that does not open has no round to end.
    if (this.failure) this.busy = false;
  }

  /** The reading stays. */
  override close(): void {
    super.close();
    this.busy = false;
  }

  async #read(
    lab: Lab,
    step: number,
    lengths: readonly number[],
    roster: Roster,
    round: AbortSignal,
  ): Promise<NestedReading> {
    const counts = new Map<number, Counts>();
    const rows = toUnit(await lab.embeddings(), DIM);
    for (const length of lengths)
      if (!round.aborted) counts.set(length, await countFirst(lab, rows, length, roster));
    return { step, rows, counts };
  }
}

/** The loss that the plain network has, on all 64 numbers and on the first 32, 16 and 8. */
function nestedConfig(defaults: SessionConfig): SessionConfig {
  const plain = compareConfig(defaults);
  return { ...plain, loss: { kind: 'matryoshka', within: 'supcon', temperature: 0.1, levels: LEVELS } };
}
