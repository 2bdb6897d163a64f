import type { SampleKind } from '../header.js';
import type { Samples } from './samples.js';
import type { ReadOptions } from './work.js';

/** Samples that were left out for one reason, or parts of samples (`cut`). */
export interface LeftOut {
  readonly reason:
    | 'not_finite'
    | 'missing'
    | 'not_a_number'
    | 'ragged'
    | 'no_label'
    | 'no_folder'
    | 'unreadable'
    | 'too_large'
    | 'cut'
    | 'unknown_kind'
    | 'other_kind'
    | 'other_rows'
    | 'unused';
  readonly count: number;
  /** The first twenty rows (counted from 1, a header included, as spreadsheets do), files or columns. */
  readonly examples: readonly (number | string)[];
  /** The column whose cells are the reason, or null. */
  readonly column: string | null;
  /** English, for people. It may repeat parts of the data: show it as text. */
  readonly message: string;
}

/** What was found out about the files: the encoding and the separator of a text, a column whose type is not read. */
export interface Note {
  readonly kind: 'encoding' | 'separator' | 'unread_column';
  /** The encoding, the separator (`tab` for a tab), or the name of the column. */
  readonly value: string;
}

/** A column of a table, or an array of a file. */
export interface ColumnSummary {
  readonly name: string;
  readonly kind: 'number' | 'text' | 'vector';
  readonly rows: number;
  /** Numbers of a row: [1], [dim], or [height, width] and the like. */
  readonly shape: readonly number[];
  /** Different texts or numbers; null for vectors, and beyond 10,000. */
  readonly distinct: number | null;
  /** Cells without a value of the column's kind. */
  readonly flaws: number;
  readonly role: 'vector' | 'label' | 'id' | 'group' | 'attribute' | 'unused';
}

/** Choices for the samples that the files become. A choice that is left out is the preview's. */
export interface Choices {
  /** Short name of the set. */
  readonly name?: string | undefined;
  /** Samples as rows of numbers, pictures, or sequences of frames. */
  readonly kind?: SampleKind | undefined;
  /** Tables: the column with lists of numbers, or the columns of numbers. */
  readonly vector?: string | readonly string[] | undefined;
  /** Tables: the column of labels. Pictures and sounds go by their folders. */
  readonly label?: string | undefined;
  /** Tables: the column of ids; null for none. */
  readonly id?: string | null | undefined;
  /** Tables: the column of groups; null for none. */
  readonly group?: string | null | undefined;
  /** Tables: columns that are kept as texts. */
  readonly attributes?: readonly string[] | undefined;
  /** Pictures: side in pixels; 32 unless given. */
  readonly size?: number | undefined;
  /** Pictures: 1 for grey, 3 for colour; 3 unless given. */
  readonly channels?: 1 | 3 | undefined;
  /** Sequences: most frames of a sample; those of the longest unless given, 1024 at most. */
  readonly length?: number | undefined;
}

/** The content of files as it was understood, before samples are made of them. */
export interface Preview {
  readonly kind: SampleKind;
  /** `csv`, `tsv`, `jsonl`, `npy`, `parquet`, `arrow`, `safetensors`, `pictures`, `sounds`; of several, joined by ` + `. */
  readonly format: string;
  /** Samples that `load` would make. Pictures and sounds that cannot be decoded are found by `load` only. */
  readonly count: number;
  /** Numbers of a sample: [dim], or [channels, height, width]. Empty where `load` decides it. */
  readonly shape: readonly number[];
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  readonly columns: readonly ColumnSummary[];
  readonly choices: Choices;
  readonly leftOut: readonly LeftOut[];
  readonly notes: readonly Note[];
  /** Why `load` would refuse; null if nothing is known to be in the way. */
  readonly problem: string | null;
  /** Estimates in bytes: the samples, and the most that page and engine hold at once; and the limit of the samples. */
  readonly memory: { readonly samples: number; readonly peak: number; readonly limit: number };
  /**
   * The same files with other choices.
   *
   * @throws MetricLabError `argument.invalid` for a column that does not exist.
   *
   * @example
   * ```ts
   * const other = preview.with({ vector: ['x', 'y'], label: 'species' });
   * ```
   */
  with(choices: Choices): Preview;
  /**
   * Makes the samples; their `leftOut` tells what was left out.
   *
   * @throws MetricLabError `argument.invalid`, `data.insufficient`, `data.one_class`, `data.too_large`, `data.invalid`,
   * `call.aborted`; `browser.required` for pictures and sounds where there is no decoder.
   *
   * @example
   * ```ts
   * const set = await preview.load();
   * await lab.loadDataset(set.toBlob());
   * ```
   */
  load(choices?: Choices, options?: ReadOptions): Promise<Samples>;
}

const EXAMPLES = 20;

/** Counts what is left out, by reason. */
export class Omissions {
  readonly #found = new Map<
    string,
    Omit<LeftOut, 'count' | 'examples'> & { count: number; examples: (number | string)[] }
  >();

  add(
    reason: LeftOut['reason'],
    example: number | string,
    message: string,
    column: string | null = null,
  ): void {
    const known = this.#found.get(reason + message);
    if (!known) this.#found.set(reason + message, { reason, count: 1, examples: [example], column, message });
    else {
      known.count += 1;
      if (known.examples.length < EXAMPLES) known.examples.push(example);
    }
  }

  list(): LeftOut[] {
    return [...this.#found.values()].sort((a, b) => b.count - a.count);
  }
}

export function countsOf(labels: Iterable<string>): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Array.from(counts, ([name, count]) => ({ name, count }));
}
