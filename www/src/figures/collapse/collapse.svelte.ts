import { ROLE_TEST, type Lab, type PartMeasures } from 'metriclab';
import { pixelsOf } from '../../state/pixels';
import { frameOf, type Frame } from '../compare/draw';
import { ofRole, perClass, pictures, type Pictures } from '../pictures';
import { openLab, Run } from '../run/run.svelte';
import { DIM, RECIPES, sessionOf, type Collapse } from './recipes';

const SHOWN_PER_CLASS = 16;
const CHUNK = 10;
export const CURE_STEPS = 240;

/** The detector's answer at one step. */
export interface Reading {
  readonly step: number;
  readonly loss: number | null;
  readonly collapse: PartMeasures['collapse'];
  /** Shares of the variance along the principal directions. */
  readonly spectrum: readonly number[];
  /** Whether the cure was at work. */
  readonly cured: boolean;
}

/** One network that collapses by a recipe, and is cured. All values of a reading are of its step. */
export class CollapseRun extends Run {
  recipe = $state<Collapse>('negativesOff');
  readings = $state.raw<readonly Reading[]>([]);
  /** Two numbers a shown picture, on axes that stay as they were at step 0. */
  rows = $state.raw(new Float32Array());
  /** What the pictures took at step 0, and since. */
  frame = $state.raw<Frame | undefined>();
  shown = $state.raw<readonly number[]>([]);
  data = $state.raw<Pictures | null>(null);
  cured = $state(false);
  #lab: Lab | null = null;
  #axes: readonly number[] | null = null;
  readonly #url: string;

  constructor(url: string) {
    super();
    this.#url = url;
  }

  get last(): Reading | null {
    return this.readings.at(-1) ?? null;
  }

  /** The last reading before the cure; null where the cure began anew. */
  get ill(): Reading | null {
    return this.readings.findLast(({ cured }) => !cured) ?? null;
  }

  /** Starts a recipe at step 0, or its cure. */
  async begin(recipe: Collapse, cured = false): Promise<void> {
    [this.recipe, this.cured, this.readings] = [recipe, cured, []];
    await this.renew(async (round) => {
      const lab = await this.#open(round);
      const { ill, cure } = RECIPES[recipe];
      const { roles } = await lab.configure(sessionOf(await lab.defaults(), cured ? cure : ill));
      const data = await pictures(this.#url);
      const test = ofRole(roles, ROLE_TEST);
      this.shown = perClass(data.set, test, SHOWN_PER_CLASS);
      this.data = data;
      this.#axes = null;
      await this.#read(lab, round, null);
    });
  }

  /** Trains on, until it is paused or has made so many steps. */
  async train(steps: number): Promise<void> {
    if (!this.last) return;
    await this.makeSteps(steps, CHUNK, async (count, round) => {
      const lab = await this.#open(round);
      const { losses, step } = await lab.advance(count);
      await this.#read(lab, round, losses.at(-1) ?? null);
      return step;
    });
  }

  /** Changes what is ill: on the collapsed weights where these can be revived, from a new start elsewhere. */
  async cure(steps = CURE_STEPS): Promise<void> {
    const { revives, cure } = RECIPES[this.recipe];
    await this.rest();
    if (!revives) {
      await this.begin(this.recipe, true);
      await this.train(steps);
      return;
    }
    await this.renew(async (round) => {
      const lab = await this.#open(round);
      await lab.adjust(sessionOf(await lab.defaults(), cure));
      this.cured = true;
    });
    await this.train(steps);
  }

  override close(): void {
    super.close();
    this.#lab?.dispose();
    this.#lab = null;
  }

  async #open(round: AbortSignal): Promise<Lab> {
    return (this.#lab ??= await openLab(round, (await pictures(this.#url)).bytes));
  }

  async #read(lab: Lab, round: AbortSignal, loss: number | null): Promise<void> {
    const { data, shown } = this;
    if (!data) return;
    const request = { pixels: pixelsOf(data.set, shown), count: shown.length };
    // Asked in one go: no step comes between.
    const [rows, { step, seen }] = await Promise.all([
      lab.embed(request),
      lab.measures({ space: 'embedding' }),
    ]);
    if (round.aborted || !seen) return;
    const old = this.#axes ? this.frame : null;
    this.#axes ??= axesOf(rows, DIM);
    this.rows = onAxes(rows, DIM, this.#axes);
    this.frame = frameOf(this.rows, old);
    const { collapse, shape } = seen;
    const reading = { step, loss, collapse, spectrum: shape.spectrum, cured: this.cured };
    this.readings = [...this.readings, reading];
  }
}

/** The two coordinates that vary most: as axes they stay, so that a collapse is seen as one. */
function axesOf(rows: Float32Array, dim: number): readonly number[] {
  const variance = Array.from({ length: dim }, (_, j) => {
    const values = Array.from({ length: rows.length / dim }, (_, at) => rows[at * dim + j] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  });
  return [...variance.keys()].sort((a, b) => (variance[b] ?? 0) - (variance[a] ?? 0)).slice(0, 2);
}

/** Each row's numbers on the axes. */
function onAxes(rows: Float32Array, dim: number, axes: readonly number[]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: (2 * rows.length) / dim }, (_, k) => {
    const axis = axes[k % 2] ?? 0;
    return rows[Math.floor(k / 2) * dim + axis] ?? 0;
  });
}
