import type { BatchView, Picture } from 'metriclab';
import { Signal } from '../store/signal';

/** A step that can be gone back to. */
export interface Checkpoint {
  readonly step: number;
  /** The map of that very step. */
  readonly picture: Picture;
  /** The whole session, to ask it again or to go on from it. */
  readonly state: Uint8Array;
  readonly loss: number;
  /** Triplets of the last batch; null where it has none. */
  readonly counts: BatchView['counts'] | null;
}

/** Checkpoints hold no more than this together. */
const MOST_BYTES = 48 << 20;
const MOST = 48;
const LEAST = 6;
const LEAST_MS = 700;

/** Checkpoints of one run, evenly over its steps: where they become too many, every second one goes. */
export class Timeline {
  readonly kept = new Signal<readonly Checkpoint[]>([]);
  /** The step that is looked at; null for the present one. */
  readonly shown = new Signal<Checkpoint | null>(null);
  #every = 2;
  #last = -Infinity;

  /** Whether to keep a step; keeping takes time, so that it is done no more often than about once a second. */
  due(step: number, now: number): boolean {
    const last = this.kept.value.at(-1);
    return !last || (step >= last.step + this.#every && now - this.#last > LEAST_MS);
  }

  add(checkpoint: Checkpoint, now: number): void {
    this.#last = now;
    let kept = [...this.kept.value.filter(({ step }) => step < checkpoint.step), checkpoint];
    const most = Math.max(
      LEAST,
      Math.min(MOST, Math.floor(MOST_BYTES / Math.max(1, checkpoint.state.length))),
    );
    if (kept.length > most) {
      kept = kept.filter((_, at) => at % 2 === 0 || at === kept.length - 1);
      this.#every *= 2;
    }
    this.kept.set(kept);
  }

  show(checkpoint: Checkpoint | null): void {
    this.shown.set(checkpoint);
  }

  /** Forgets what comes after a step. */
  rewind(step: number): void {
    this.show(null);
    this.kept.set(this.kept.value.filter((checkpoint) => checkpoint.step <= step));
  }

  clear(): void {
    this.show(null);
    this.kept.set([]);
    this.#every = 2;
  }
}
