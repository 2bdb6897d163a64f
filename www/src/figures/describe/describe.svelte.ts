import { fetchPacked, type Lab, type PackedDataset, type Towers, type TowerSamples } from 'metriclab';
import { inSlices } from '../../dom/slices';
import { page } from '../../state/page.svelte';
import type { Language } from '../../words';
import { better, estimate, type Better, type Estimate } from '../newcomer/recognition';
import { packed } from '../packed';
import { dots, recallOf, topOf } from '../recommend/counting';
import { openLab, Run } from '../run/run.svelte';
import {
  asked,
  byLooks,
  pairsOf,
  PICTURE,
  picturesOf,
  SIDE,
  smaller,
  splitOf,
  STYLES,
  vocabularyOf,
  type EmojiWords,
  type Split,
  type Vocabulary,
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

/** No words. */
const SILENT: Vocabulary = { words: [], of: [] };

/** The data and the base line, which stay as they are while the towers train. */
interface Task {
  readonly set: PackedDataset;
  readonly vocabulary: Vocabulary;
  readonly split: Split;
  /** Where the picture of each hidden emoji lies in the data. */
  readonly pictures: readonly number[];
  /** These pictures as the towers get them. */
  readonly rows: Float32Array;
  /** How well words fit each hidden picture by the words of known pictures that look alike. */
  readonly looks: (query: readonly number[]) => Float64Array;
  /** Recall of each hidden emoji by these. */
  readonly base: readonly number[];
}

/** The towers' embeddings and recall at one step. */
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
  task = $state.raw<Task | null>(null);
  text = $state('');
  /** The steps between which the training is. */
  from = $state(0);
  until = $state(0);
  reading = $state.raw<Reading | null>(null);
  answer = $state.raw<Answer | null>(null);
  /** Words of what was typed: those that were learned, those that stand for a learned one, and others. */
  readonly asked = $derived(
    asked(this.text, this.task?.vocabulary ?? SILENT, new Set(this.task?.split.learned)),
  );
  #towers = $state.raw<Towers | null>(null);
  #lab: Lab | null = null;

  /** Whether the towers are there. */
  get opened(): boolean {
    return this.#towers !== null;
  }

  get step(): number {
    return this.reading?.step ?? 0;
  }

  /** Fetches pictures and words, counts without training, opens the towers and trains them for `steps`. */
  async open(language: Language, text: string, steps = 0): Promise<void> {
    this.#leave();
    [this.text, this.task, this.reading, this.answer] = [text, null, null, null];
    await this.renew(async (round) => {
      const [set, vocabulary] = await Promise.all([packed('emoji'), wordsFetched(language)]);
      const lab = (this.#lab = await openLab(round));
      const split = splitOf(vocabulary, SEED);
      const known = await rowsOf(set, split.known, STYLES);
      const rows = await rowsOf(set, split.hidden, [STYLES[0]]);
      const looks = await looksOf(lab, split, { known, hidden: rows });
      const base = await recallOfEach(split, (k) => looks(split.wordsOf[split.hidden[k] ?? 0] ?? []));
      round.throwIfAborted();
      const places = picturesOf(set, STYLES[0]);
      const pictures = split.hidden.map((emoji) => places.get(emoji) ?? 0);
      this.task = { set, vocabulary, split, pictures, rows, looks, base };
      this.#towers = await lab.towers({
        left: { rows: known, shape: [3, SIDE, SIDE] },
        right: this.#bags(split.learned.map((word) => [word])),
        pairs: pairsOf(split),
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
    });
    if (steps > 0) await this.train(steps);
  }

  override close(): void {
    super.close();
    this.#leave();
  }

  /** Trains for some steps; counts after every few. */
  async train(steps = STEPS): Promise<void> {
    const [towers, task] = [this.#towers, this.task];
    if (!towers || !task || this.running) return;
    const { rows, split } = task;
    [this.from, this.until] = [this.step, this.step + steps];
    await this.makeSteps(steps, CHUNK, async (count, round) => {
      await towers.advance(count);
      const pictures = await towers.embed('left', { rows, shape: [3, SIDE, SIDE] });
      const described = split.hidden.map((emoji) => split.wordsOf[emoji] ?? []);
      const queries = await towers.embed('right', this.#bags(described));
      const recall = await recallOfEach(split, (k) =>
        dots(queries.subarray(k * DIM, (k + 1) * DIM), pictures),
      );
      const reading = { step: towers.step, pictures, recall };
      const answer = await this.#answerOf(towers, reading);
      if (round.aborted) return undefined;
      // At once: no step is shown without what it finds.
      [this.reading, this.answer] = [reading, answer];
      return towers.step;
    });
  }

  /** Another description. */
  async type(text: string): Promise<void> {
    this.text = text;
    const towers = this.#towers;
    if (!towers || !this.reading) return;
    await this.attempt(async () => {
      // Once more where another step has come meanwhile.
      let reading: Reading | null = null;
      while (reading !== this.reading && text === this.text) {
        reading = this.reading;
        const answer = reading && (await this.#answerOf(towers, reading));
        if (answer && reading === this.reading) this.answer = answer;
      }
    });
  }

  /** The hidden pictures that a method finds for the description; null where it has nothing to go by. */
  list(method: Method): readonly number[] | null {
    const { ids } = this.asked;
    if (!this.task || ids.length === 0) return null;
    const scores = method === 'looks' ? this.task.looks(ids) : this.#scores();
    return scores ? topOf(scores, SHOWN, [...this.task.pictures.keys()]) : null;
  }

  recall(method: Method): Estimate | null {
    const found = method === 'towers' ? this.reading?.recall : this.task?.base;
    return found ? estimate(found) : null;
  }

  /** Whether the towers find more than the looks do. */
  get verdict(): Better | null {
    return this.reading && this.task && better(this.reading.recall, this.task.base);
  }

  #scores(): Float64Array | undefined {
    const { answer, reading, text } = this;
    return answer?.text === text && answer.reading === reading ? answer.scores : undefined;
  }

  #bags(bags: readonly (readonly number[])[]): TowerSamples {
    return { bags, ids: this.task?.vocabulary.words.length ?? 0 };
  }

  /** What the towers find at a step for what was typed; null where it has nothing to go by, or they have trained on. */
  async #answerOf(towers: Towers, reading: Reading): Promise<Answer | null> {
    const { text } = this;
    const { ids } = this.asked;
    if (ids.length === 0) return null;
    const row = await towers.embed('right', this.#bags([ids]));
    if (towers.step !== reading.step) return null;
    return { text, reading, scores: dots(row, reading.pictures) };
  }

  #leave(): void {
    this.#lab?.dispose();
    [this.#lab, this.#towers] = [null, null];
  }
}

async function looksOf(
  lab: Lab,
  split: Split,
  { known, hidden }: Readonly<Record<'known' | 'hidden', Float32Array>>,
): Promise<Task['looks']> {
  const request = { queries: hidden, references: known, dim: PICTURE, k: ALIKE } as const;
  const { indices } = await lab.nearest({ ...request, metric: 'euclidean' });
  const alike = split.hidden.map((_, k) =>
    Array.from(
      indices.subarray(k * ALIKE, (k + 1) * ALIKE),
      (at) => split.known[at % split.known.length] ?? 0,
    ),
  );
  return byLooks(alike, split);
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
  const places = styles.flatMap((style) => {
    const ofStyle = picturesOf(set, style);
    return emoji.map((one) => ofStyle.get(one) ?? 0);
  });
  const rows = new Float32Array(places.length * PICTURE);
  await inSlices(places.length, (k) => {
    rows.set(smaller(set, places[k] ?? 0), k * PICTURE);
  });
  return rows;
}

async function wordsFetched(language: Language): Promise<Vocabulary> {
  const bytes = await fetchPacked(page.data('emoji-words.json'));
  return vocabularyOf(JSON.parse(new TextDecoder().decode(bytes)) as EmojiWords, language);
}
