import { createLab, ROLE_TEST, type Lab, type PartMeasures } from 'metriclab';
import { pixelsOf } from '../../state/pixels';
import { perClass, pictures, type Pictures } from '../digits';
import { DIM, RECIPES, sessionOf, type Collapse } from './recipes';

const SHOWN_PER_CLASS = 16;
const CHUNK = 10;
export const CURE_STEPS = 240;

/** What the detector says of one step. */
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
export class CollapseRun {
  recipe = $state<Collapse>('negativesOff');
  readings = $state.raw<readonly Reading[]>([]);
  /** Two numbers a shown picture, on axes that stay as they were at step 0. */
  rows = $state.raw(new Float32Array());
  shown = $state.raw<readonly number[]>([]);
  data = $state.raw<Pictures | null>(null);
  cured = $state(false);
  running = $state(false);
  failure = $state.raw<unknown>(null);
  #lab: Lab | null = null;
  #axes: readonly [Float32Array, Float32Array] | null = null;
  #round = 0;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  get last(): Reading | null {
    return this.readings.at(-1) ?? null;
  }

  /** Starts a recipe at step 0, or its cure. */
  async begin(recipe: Collapse, cured = false): Promise<void> {
    const round = ++this.#round;
    [this.recipe, this.cured, this.readings, this.running, this.failure] = [recipe, cured, [], false, null];
    await this.#attempt(round, async () => {
      const lab = await this.#open();
      const { ill, cure } = RECIPES[recipe];
      const { roles } = await lab.configure(sessionOf(await lab.defaults(), cured ? cure : ill));
      const data = await pictures(this.#url);
      const test = Array.from(roles.keys()).filter((at) => roles[at] === ROLE_TEST);
      this.shown = perClass(data.set, test, SHOWN_PER_CLASS);
      this.data = data;
      this.#axes = null;
      await this.#read(round, null);
    });
  }

  /** Trains on, until it is paused or has made so many steps. */
  async train(steps: number): Promise<void> {
    const round = this.#round;
    if (this.running || !this.last) return;
    this.running = true;
    await this.#attempt(round, async () => {
      const lab = await this.#open();
      for (let made = 0; made < steps && this.#goesOn(round); made += CHUNK) {
        const { losses } = await lab.advance(CHUNK);
        await this.#read(round, losses.at(-1) ?? null);
      }
    });
    if (round === this.#round) this.running = false;
  }

  pause(): void {
    this.running = false;
  }

  /** Changes what is ill: on the collapsed weights where these can be revived, from a new start elsewhere. */
  async cure(): Promise<void> {
    const { revives, cure } = RECIPES[this.recipe];
    if (!revives) {
      await this.begin(this.recipe, true);
      await this.train(CURE_STEPS);
      return;
    }
    const round = ++this.#round;
    this.running = false;
    await this.#attempt(round, async () => {
      const lab = await this.#open();
      await lab.adjust(sessionOf(await lab.defaults(), cure));
      this.cured = true;
    });
    await this.train(CURE_STEPS);
  }

  close(): void {
    this.#round += 1;
    this.running = false;
    this.#lab?.dispose();
    this.#lab = null;
  }

  #goesOn(round: number): boolean {
    return this.running && round === this.#round;
  }

  async #open(): Promise<Lab> {
    if (this.#lab) return this.#lab;
    const { bytes } = await pictures(this.#url);
    const lab = await createLab({ device: 'cpu' });
    await lab.loadDataset(bytes);
    this.#lab = lab;
    return lab;
  }

  async #read(round: number, loss: number | null): Promise<void> {
    const { data, shown } = this;
    const lab = await this.#open();
    if (!data) return;
    const request = { pixels: pixelsOf(data.set, shown), count: shown.length };
    // Asked in one go: no step comes between.
    const [rows, { step, seen }] = await Promise.all([
      lab.embed(request),
      lab.measures({ space: 'embedding' }),
    ]);
    if (round !== this.#round || !seen) return;
    this.#axes ??= axesOf(rows, DIM);
    this.rows = onAxes(rows, DIM, this.#axes);
    const { collapse, shape } = seen;
    const reading = { step, loss, collapse, spectrum: shape.spectrum, cured: this.cured };
    this.readings = [...this.readings, reading];
  }

  async #attempt(round: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (round !== this.#round) return;
      this.failure = error;
      this.running = false;
    }
  }
}

/** The two coordinates that vary most, as axes: they stay, so that a collapse is seen as one. */
function axesOf(rows: Float32Array, dim: number): readonly [Float32Array, Float32Array] {
  const variance = Array.from({ length: dim }, (_, j) => {
    const values = Array.from({ length: rows.length / dim }, (_, at) => rows[at * dim + j] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  });
  const order = [...variance.keys()].sort((a, b) => (variance[b] ?? 0) - (variance[a] ?? 0));
  const unit = (j: number): Float32Array => Float32Array.from({ length: dim }, (_, k) => (k === j ? 1 : 0));
  return [unit(order[0] ?? 0), unit(order[1] ?? 1)];
}

function onAxes(
  rows: Float32Array,
  dim: number,
  axes: readonly [Float32Array, Float32Array],
): Float32Array<ArrayBuffer> {
  const flat = new Float32Array((2 * rows.length) / dim);
  for (let at = 0; at < rows.length / dim; at++)
    axes.forEach((axis, side) => {
      let sum = 0;
      for (let j = 0; j < dim; j++) sum += (rows[at * dim + j] ?? 0) * (axis[j] ?? 0);
      flat[2 * at + side] = sum;
    });
  return flat;
}
