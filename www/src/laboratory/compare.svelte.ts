import {
  CATALOGUE,
  ROLE_TRAIN,
  type Lab,
  type PackedDataset,
  type Picture,
  type SessionConfig,
} from 'metriclab';
import { perClass } from '../figures/pictures';
import { LockStep, type ColumnBase } from '../figures/compare/lock-step.svelte';
import { openLab } from '../figures/run/run.svelte';
import { pixelsOf } from '../state/pixels';
import { Turn } from '../session/turn';
import type { CHIPS } from '../store/settings';
import { DISTANCES, distanceName, LOSSES, MINERS, type Settings } from '../store/settings';
import { property } from '../store/link';
import { Store } from '../store/store';
import { chooseLoss, chooseMiner } from './choosing';
import type { Desk } from './desk';

export type Chip = (typeof CHIPS)[number];
const CHUNK = 5;
const MAP_SAMPLES = 300;
const ASKED = 300;
const RATES = ['0.0001', '0.0003', '0.001', '0.003', '0.01', '0.03'] as const;

export interface Column extends ColumnBase {
  /** The samples of the rows. */
  readonly ids: readonly number[];
}

interface Answer extends Pick<Column, 'right' | 'batch'> {
  readonly step: number;
  readonly drawn: Picture;
}

/** The values of a chip that the present experiment can take. */
export function valuesOf(chip: Chip, settings: Settings): readonly string[] {
  const loss = CATALOGUE.losses.find(({ defaults }) => defaults.kind === settings.loss);
  if (chip === 'loss') return LOSSES;
  if (chip === 'miner') return MINERS;
  if (chip === 'learningRate') return RATES;
  return loss?.distances.map(distanceName) ?? DISTANCES;
}

/** Whether a column can have this value; a rate may be any. */
function canHave(chip: Chip, value: string, settings: Settings): boolean {
  return chip === 'learningRate'
    ? property(chip).parse(value) !== undefined
    : valuesOf(chip, settings).includes(value);
}

/** Up to four engines that train in lock step, with the same data, seed and batches; they differ in one chip. */
export class Comparison extends LockStep<Column, Answer> {
  chip = $state<Chip>('loss');
  values = $state.raw<readonly string[]>([]);
  opening = $state(false);
  #turns: Turn[] = [];
  /** How often columns were opened. */
  #opened = 0;
  #asked: readonly number[] = [];
  #configs: readonly SessionConfig[] = [];
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super();
    this.#desk = desk;
    this.#read();
  }

  /** Takes the columns that the link has: those that the present experiment can have. */
  #read(): void {
    const { chip, columns } = this.#desk.store.value;
    this.chip = chip;
    const able = columns.filter((one) => canHave(chip, one, this.#desk.store.value));
    this.values = able.length > 0 ? able : this.#start(chip);
  }

  /** Follows the link, as by back and forward. */
  follow(): void {
    const { chip, columns } = this.#desk.store.value;
    const shown = columns.length > 0 ? columns : this.#start(chip);
    if (chip !== this.chip || shown.join() !== this.values.join()) void this.again();
  }

  /** Opens the columns for the experiment as it is now, and trains them so far. */
  again(until = 0): Promise<void> {
    this.#read();
    return this.open(this.values, until);
  }

  /** The present value of a chip, and another one beside it. */
  #start(chip: Chip): readonly string[] {
    const settings = this.#desk.store.value;
    const own = String(settings[chip]);
    const other = { loss: 'contrastive', miner: 'hard', distance: 'cosine', learningRate: '0.01' }[chip];
    const values = valuesOf(chip, settings);
    const second = own !== other && values.includes(other) ? other : values.find((one) => one !== own);
    return second === undefined ? [own] : [own, second];
  }

  differIn(chip: Chip): Promise<void> {
    this.chip = chip;
    return this.change(this.#start(chip));
  }

  /** Other columns, which the link then has. */
  change(values: readonly string[]): Promise<void> {
    const opened = this.open(values);
    this.#desk.store.set({ chip: this.chip, columns: values });
    return opened;
  }

  /** Another column, which differs from those that are there. */
  duplicate(): Promise<void> {
    const next = valuesOf(this.chip, this.#desk.store.value).find((one) => !this.values.includes(one));
    return next === undefined ? Promise.resolve() : this.change([...this.values, next]);
  }

  async open(values: readonly string[] = this.values, until = 0): Promise<void> {
    [this.values, this.past, this.opening] = [values, [], true];
    const opened = (this.#opened += 1);
    this.#tell(until);
    await this.renew(async (round) => {
      try {
        await this.#open(round, values);
      } finally {
        if (!round.aborted) this.opening = false;
      }
    });
    if (until > 0 && opened === this.#opened) await this.train(until);
  }

  /** The link has the step at which the columns rest. */
  #tell(compareStep: number): void {
    const { store } = this.#desk;
    if (store.value.compareStep !== compareStep) store.set({ compareStep });
  }

  async #open(round: AbortSignal, values: readonly string[]): Promise<void> {
    const { file, packed } = await this.#desk.session.shelf.get(this.#desk.store.value.data);
    while (this.labs.length > values.length) this.labs.pop()?.dispose();
    while (this.labs.length < values.length) this.labs.push(await openLab(round));
    await Promise.all(this.labs.map((lab) => lab.loadDataset(file)));
    this.#configs = values.map((value) => this.#configOf(value));
    const started = this.labs.flatMap((lab, k) => {
      const config = this.#configs[k];
      return config ? [lab.configure(config)] : [];
    });
    const infos = await Promise.all(started);
    if (round.aborted) return;
    this.data = packed;
    this.#turns = values.map(() => new Turn());
    this.#asked = askedOf(packed, infos[0]?.roles ?? new Uint8Array());
    await this.show(round);
  }

  async train(steps = Infinity): Promise<void> {
    if (!this.frame || this.running) return;
    await this.trainAll(steps, CHUNK);
    const rests = this.past.at(-1);
    if (rests) this.#tell(rests.step);
  }

  /** The present experiment with another value of the chip. */
  #configOf(value: string): SessionConfig {
    const { store, session } = this.#desk;
    const copy = new Store(store.chosen, store.defaults);
    if (this.chip === 'loss' && value !== store.value.loss) {
      chooseLoss(copy, value);
      copy.setDefaults(session.recommendedFor(copy.value.loss));
    } else if (this.chip === 'miner') chooseMiner(copy, value);
    else if (this.chip === 'distance')
      copy.set({ distance: DISTANCES.find((one) => one === value) ?? copy.value.distance });
    else if (this.chip === 'learningRate') copy.set({ learningRate: Number(value) });
    return session.configOf(copy.value);
  }

  protected async ask(data: PackedDataset, lab: Lab, k: number): Promise<Answer> {
    const asked = this.#asked;
    const request = { pixels: pixelsOf(data, asked), count: asked.length };
    const [drawn, rows] = await Promise.all([lab.picture({ sample: MAP_SAMPLES }), lab.embed(request)]);
    const batch = drawn.step > 0 ? [...(await lab.batch()).indices] : [];
    const right = await rightOf(lab, rows, asked, data, this.#configs[k]);
    return { step: drawn.step, drawn, right, batch };
  }

  protected columnsOf(answers: readonly Answer[], losses: readonly (number | null)[]): readonly Column[] {
    if (this.past.length === 0)
      this.#turns.forEach((turn, k) => {
        turn.renew(k === 0 ? null : (answers[0]?.drawn ?? null));
      });
    return answers.map(({ drawn, right, batch }, k) => {
      const { xy, indices } = this.#turns[k]?.apply(drawn) ?? drawn;
      return { ids: [...indices], rows: xy, right, batch, loss: losses[k] ?? null };
    });
  }
}

/** Samples outside of training, each class with its share. */
export function askedOf(data: PackedDataset, roles: Uint8Array): readonly number[] {
  const outside = Array.from(roles.keys()).filter((at) => roles[at] !== ROLE_TRAIN);
  const from = outside.length > 0 ? outside : Array.from(roles.keys());
  const share = Math.max(2, Math.floor(ASKED / data.classes.length));
  return perClass(data, from, share).slice(0, 2 * ASKED);
}

/** For each row, whether the nearest other one, by the session's own distance, has its label. */
async function rightOf(
  lab: Lab,
  rows: Float32Array,
  ids: readonly number[],
  data: PackedDataset,
  config: SessionConfig | undefined,
): Promise<boolean[]> {
  const dim = rows.length / ids.length;
  const asked = { queries: rows, references: rows, dim, k: 2 };
  const metric = config?.distance ?? 'euclidean';
  const found = await lab.nearest({ ...asked, metric });
  return ids.map((id, at) => {
    const [first = 0, second = 0] = found.indices.subarray(2 * at, 2 * at + 2);
    const other = first === at ? second : first;
    return data.labels[ids[other] ?? 0] === data.labels[id];
  });
}
