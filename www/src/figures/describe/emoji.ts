import type { PackedDataset } from 'metriclab';
import type { Language } from '../../words';
import { Random } from '../random';
import { rarity } from '../recommend/counting';

/** The words of every emoji in a language, as numbers. */
export interface Vocabulary {
  readonly words: readonly string[];
  readonly of: readonly (readonly number[])[];
  /** For a word, these and many others, the places of those whose meaning is nearest, by MiniLM; in English. */
  readonly near?: Readonly<Record<string, readonly number[]>>;
}

/** The file that `data/words/emoji.mjs` writes. */
export type EmojiWords = Readonly<Partial<Record<Language, Vocabulary>>> & {
  readonly en: Vocabulary;
  readonly classes: readonly string[];
};

/** A language that the file lacks has the English words. */
export const vocabularyOf = (all: EmojiWords, language: Language): Vocabulary => all[language] ?? all.en;

/** Numbers of a picture: three colours of 16 x 16 pixels. */
export const SIDE = 16;
export const PICTURE = 3 * SIDE * SIDE;
/** Drawing styles in training; the hidden pictures are of the first. */
export const STYLES = ['noto', 'twemoji'] as const;
/** One emoji in five is hidden. */
const HIDDEN = 5;

export interface Split {
  /** Emoji in training, and those that are hidden. */
  readonly known: readonly number[];
  readonly hidden: readonly number[];
  /** All words of the emoji in training. */
  readonly learned: readonly number[];
  /** The learned words of each emoji. */
  readonly wordsOf: readonly (readonly number[])[];
}

/** Hides emoji at random; one without words is in neither part. */
export function splitOf({ of: said }: Vocabulary, seed: number): Split {
  const random = new Random(seed);
  const order = random.shuffled([...said.keys()].filter((at) => (said[at] ?? []).length > 0));
  const count = Math.floor(order.length / HIDDEN);
  const sorted = (part: readonly number[]): number[] => [...part].sort((a, b) => a - b);
  const [hidden, known] = [sorted(order.slice(0, count)), sorted(order.slice(count))];
  const words = new Set(known.flatMap((at) => said[at] ?? []));
  const wordsOf = said.map((own) => own.filter((word) => words.has(word)));
  const told = hidden.filter((at) => (wordsOf[at] ?? []).length > 0);
  return { known, hidden: told, learned: sorted([...words]), wordsOf };
}

/** Pictures and words that belong together: picture, word, picture, … The pictures are those of {@link STYLES}, one style after the other. */
export function pairsOf({ known, learned, wordsOf }: Split): Uint32Array {
  const place = new Map(learned.map((word, at) => [word, at]));
  return Uint32Array.from(
    STYLES.flatMap((_, style) =>
      known.flatMap((at, k) =>
        (wordsOf[at] ?? []).flatMap((word) => [style * known.length + k, place.get(word) ?? 0]),
      ),
    ),
  );
}

/** For each emoji, where its picture of a style lies in the data. */
export function picturesOf(
  { labels, domainOf, domains }: PackedDataset,
  style: string,
): ReadonlyMap<number, number> {
  const domain = domains.indexOf(style);
  const found = [...labels.keys()].filter((at) => domainOf[at] === domain);
  return new Map(found.map((at) => [labels[at] ?? 0, at]));
}

/** A picture at half its side, each number how much a colour is missing: 0 is white paper. */
export function smaller({ pixels, width, height }: PackedDataset, index: number): Float32Array {
  const [across, down] = [width / SIDE, height / SIDE];
  const row = new Float32Array(PICTURE);
  for (let colour = 0; colour < 3; colour++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const value = pixels[((index * 3 + colour) * height + y) * width + x] ?? 255;
        const to = (colour * SIDE + Math.floor(y / down)) * SIDE + Math.floor(x / across);
        row[to] = (row[to] ?? 0) + (1 - value / 255) / (across * down);
      }
  return row;
}

/** A word that was not learned, and the learned one that is taken for it. */
export interface Meant {
  readonly typed: string;
  readonly as: string;
}

/**
 * What somebody typed: its words that were learned, and those that were not. A word that was not learned stands for the learned one
 * whose meaning is nearest, and the start of a word for the word.
 */
export function asked(text: string, { words, near = {} }: Vocabulary, learned: ReadonlySet<number>) {
  const place = new Map(words.map((word, at) => [word, at]));
  const typed = [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])];
  const ids: number[] = [];
  const strange: string[] = [];
  const meant: Meant[] = [];
  for (const word of typed) {
    const exact = place.get(word);
    const nearest = Object.hasOwn(near, word) ? near[word]?.find((at) => learned.has(at)) : undefined;
    if (exact !== undefined && learned.has(exact)) ids.push(exact);
    else if (nearest !== undefined) {
      ids.push(nearest);
      meant.push({ typed: word, as: words[nearest] ?? '' });
    } else {
      const begun = words.findIndex(
        (known, at) => word.length > 1 && known.startsWith(word) && learned.has(at),
      );
      if (begun < 0) strange.push(word);
      else ids.push(begun);
    }
  }
  return { ids: [...new Set(ids)], strange, meant };
}

/**
 * How well words fit a picture by the words of pictures that look alike: the sum of the words' weights that they have. Rare words
 * weigh more, as in tf-idf.
 */
export function byLooks(alike: readonly (readonly number[])[], { known, wordsOf }: Split) {
  const weights = rarity(known.map((at) => wordsOf[at] ?? []));
  const sets = alike.map((own) => own.map((at) => new Set(wordsOf[at])));
  return (query: readonly number[]): Float64Array =>
    Float64Array.from(sets, (own) =>
      query.reduce(
        (sum, word) => sum + (weights.get(word) ?? 0) * own.filter((words) => words.has(word)).length,
        0,
      ),
    );
}
