import {
  fetchPacked,
  readPacked,
  type Lab,
  type PackedDataset,
  type Towers,
  type TowerSamples,
} from 'metriclab';
import { inSlices } from '../../dom/slices';
import { page } from '../../state/page.svelte';
import type { Language } from '../../words';
import { estimate, type Estimate } from '../newcomer/recognition';
import { dots, recallOf, topOf } from '../recommend/counting';
import { openLab, Run } from '../run/run.svelte';
import {
  asked,
  byLooks,
  learnedWords,
  pairsOf,
  PICTURE,
  SIDE,
  smaller,
  splitOf,
  STYLES,
  type EmojiWords,
  type Split,
} from './emoji';

/** Steps of one press of the button, and between two counts. */
export const STEPS = 200;
const CHUNK = 20;
/** Pictures that are shown, and that are counted. */
export const SHOWN = 8;
export const COUNTED = 10;
const SEED = 1;
const DIM = 32;
/** Known pictures whose words a hidden one borrows. */
const ALIKE = 5;

export const METHODS = ['towers', 'looks'] as const;
export type Method = (typeof METHODS)[number];

/** What the towers say at one step. */
interface Reading {
  readonly step: number;
  /** Embeddings of the hidden pictures. */
  readonly pictures: Float32Array;
  /** Recall of each hidden emoji. */
  readonly recall: readonly number[];
}

/** The embedding of what was typed, at one step. */
interface Answer {
  readonly text: string;
  readonly reading: Reading;
  readonly scores: Float64Array;
}

/** Two towers, pictures and words: what is described in words is found among pictures that nobody described. */
export class Describe extends Run {
  set = $state.raw<PackedDataset | null>(null);
  split = $state.raw<Split | null>(null);
  text = $state('');
  step = $state(0);
  until = $state(0);
  /** Whether the towers are there. */
  opened = $state(false);
  reading = $state.raw<Reading | null>(null);
  answer = $state.raw<Answer | null>(null);
  /** Recall of each hidden emoji by the words of known pictures that look alike. */
  base = $state.raw<readonly number[] | null>(null);
  words = $state.raw<readonly string[]>([]);
  #learned = new Set<number>();
  /** The hidden pictures. */
  #hidden = new Float32Array(0);
  #looks: ((query: readonly number[]) => Float64Array) | null = null;
  #lab: Lab | null = null;
  #towers: Towers | null = null;

  /** Fetches pictures and words, counts without training and opens the towers. */
  async open(language: Language, text: string): Promise<void> {
    this.#leave();
    [this.text, this.step, this.opened, this.reading, this.answer, this.base] = [
      text,
      0,
      false,
      null,
      null,
      null,
    ];
    await this.renew(async (round) => {
      const [pictures, said] = await Promise.all([
        fetchPacked(page.dataset('emoji')),
        fetchPacked(page.data('emoji-words.json')),
      ]);
      const set = readPacked(pictures);
      const vocabulary = (JSON.parse(new TextDecoder().decode(said)) as EmojiWords)[language];
      const split = splitOf(vocabulary, SEED);
      const lab = await openLab(round);
      this.#lab = lab;
      const learned = learnedWords(split);
      this.#learned = new Set(learned);
      [this.set, this.split, this.words] = [set, split, vocabulary.words];
      const known = await rowsOf(set, split.known, STYLES);
      this.#hidden = await rowsOf(set, split.hidden, [STYLES[0]]);
      await this.#countLooks(lab, split, known);
      if (round.aborted) return;
      this.#towers = await lab.towers({
        left: { rows: known, shape: [3, SIDE, SIDE] },
        right: this.#bags(learned.map((word) => [word])),
        pairs: pairsOf(split, learned),
        config: {
          seed: SEED,
          dim: DIM,
          batch: 256,
          learningRate: 3e-3,
          loss: { kind: 'ntxent', temperature: 0.1 },
          left: { network: { kind: 'conv', channels: [16, 32] } },
          right: { network: { kind: 'mlp', hidden: [] }, table: 64 },
        },
      });
      this.opened = !round.aborted;
    });
  }

  override close(): void {
    super.close();
    this.#leave();
  }

  /** Trains for some steps; counts after every few. */
  async train(): Promise<void> {
    const [towers, split] = [this.#towers, this.split];
    if (!towers || !split || this.running) return;
    this.until = this.step + STEPS;
    await this.makeSteps(STEPS, CHUNK, async (count, round) => {
      await towers.advance(count);
      const pictures = await towers.embed('left', { rows: this.#hidden, shape: [3, SIDE, SIDE] });
      const queries = await towers.embed(
        'right',
        this.#bags(split.hidden.map((at) => split.wordsOf[at] ?? [])),
      );
      const recall = await recallOfEach(split, (k) =>
        dots(queries.subarray(k * DIM, (k + 1) * DIM), pictures),
      );
      if (round.aborted) return;
      this.reading = { step: towers.step, pictures, recall };
      this.step = towers.step;
      await this.#ask(towers);
    });
  }

  /** Another description. */
  async type(text: string): Promise<void> {
    this.text = text;
    const towers = this.#towers;
    if (towers && this.reading) await this.attempt(() => this.#ask(towers));
  }

  get asked(): { readonly ids: readonly number[]; readonly strange: readonly string[] } {
    return asked(this.text, this.words, this.#learned);
  }

  /** The hidden pictures that a method finds for the description; null where it has nothing to go by. */
  list(method: Method): readonly number[] | null {
    const { ids } = this.asked;
    if (!this.split || !this.base || ids.length === 0) return null;
    const scores = method === 'looks' ? this.#looks?.(ids) : this.#scores();
    return scores ? topOf(scores, SHOWN, [...this.split.hidden.keys()]) : null;
  }

  recall(method: Method): Estimate | null {
    const found = method === 'towers' ? this.reading?.recall : this.base;
    return found ? estimate(found) : null;
  }

  /** Whether the towers find more than the looks do, by the paired 95 % interval. */
  get verdict(): 'better' | 'same' | 'worse' | null {
    const { reading, base } = this;
    if (!reading || !base) return null;
    const { mean, half } = estimate(reading.recall.map((value, at) => value - (base[at] ?? 0)));
    return mean - half > 0 ? 'better' : mean + half < 0 ? 'worse' : 'same';
  }

  #scores(): Float64Array | undefined {
    const { answer, reading, text } = this;
    return answer?.text === text && answer.reading === reading ? answer.scores : undefined;
  }

  #bags(bags: readonly (readonly number[])[]): TowerSamples {
    return { bags, ids: this.words.length };
  }

  async #ask(towers: Towers): Promise<void> {
    const { reading, text } = this;
    const { ids } = this.asked;
    if (!reading || ids.length === 0) return;
    const row = await towers.embed('right', this.#bags([ids]));
    if (towers.step === reading.step) this.answer = { text, reading, scores: dots(row, reading.pictures) };
  }

  async #countLooks(lab: Lab, split: Split, known: Float32Array): Promise<void> {
    const request = { queries: this.#hidden, references: known, dim: PICTURE, k: ALIKE } as const;
    const { indices } = await lab.nearest({ ...request, metric: 'euclidean' });
    const alike = split.hidden.map((_, k) =>
      Array.from(
        indices.subarray(k * ALIKE, (k + 1) * ALIKE),
        (at) => split.known[at % split.known.length] ?? 0,
      ),
    );
    const looks = byLooks(alike, split);
    this.#looks = looks;
    this.base = await recallOfEach(split, (k) => looks(split.wordsOf[split.hidden[k] ?? 0] ?? []));
  }

  #leave(): void {
    this.#lab?.dispose();
    [this.#lab, this.#towers] = [null, null];
  }
}

/** For each hidden emoji, whether its picture is among the first for its own words. */
async function recallOfEach({ hidden }: Split, scores: (k: number) => Float64Array): Promise<number[]> {
  const among = [...hidden.keys()];
  const recall: number[] = [];
  await inSlices(hidden.length, (k) => {
    recall.push(recallOf(scores(k), COUNTED, { among, wanted: [k] }));
  });
  return recall;
}

/** The smaller pictures of some emoji, all of the first style, then all of the next. */
async function rowsOf(
  set: PackedDataset,
  emoji: readonly number[],
  styles: readonly string[],
): Promise<Float32Array<ArrayBuffer>> {
  const place = new Map([...set.labels.keys()].map((at) => [`${set.labels[at]} ${set.domainOf[at]}`, at]));
  const rows = new Float32Array(styles.length * emoji.length * PICTURE);
  await inSlices(styles.length * emoji.length, (k) => {
    const style = set.domains.indexOf(styles[Math.floor(k / emoji.length)] ?? '');
    const index = place.get(`${emoji[k % emoji.length]} ${style}`) ?? 0;
    rows.set(smaller(set, index), k * PICTURE);
  });
  return rows;
}

/** Where the picture of an emoji lies in the data. */
export function pictureOf(set: PackedDataset, emoji: number): number {
  const style = set.domains.indexOf(STYLES[0]);
  return [...set.labels.keys()].find((at) => set.labels[at] === emoji && set.domainOf[at] === style) ?? 0;
}
