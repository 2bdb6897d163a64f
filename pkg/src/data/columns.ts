import { MetricLabError } from '../errors.js';
import { plainText } from './labels.js';
import type { Note } from './preview.js';
import { type Work, tooLarge } from './work.js';

/** A fault of one cell. */
export type Flaw = 'missing' | 'not_a_number' | 'not_finite' | 'ragged';

interface Base {
  /** Not unique by need: two columns of a file may have one name. */
  readonly name: string;
  readonly rows: number;
  /** Cells that have no value of this column's kind, by row from 0. */
  readonly flaws: ReadonlyMap<number, Flaw>;
}

export interface NumberColumn extends Base {
  readonly kind: 'number';
  readonly values: Float64Array;
  /** The texts of cells that are no numbers. */
  readonly texts: ReadonlyMap<number, string>;
}

export interface TextColumn extends Base {
  readonly kind: 'text';
  readonly values: readonly (string | null)[];
}

export interface VectorColumn extends Base {
  readonly kind: 'vector';
  readonly dim: number;
  /** The shape of a row: [dim], or [height, width] and the like of pictures. */
  readonly shape: readonly number[];
  readonly values: Float32Array | Uint8Array;
}

export type Column = NumberColumn | TextColumn | VectorColumn;

/** Columns with the number by which their first row is shown, counted from 1. */
export interface Table {
  readonly format: string;
  readonly columns: readonly Column[];
  /** Number of row 0 as the file's own programs count. */
  readonly firstRow: number;
  readonly notes: readonly Note[];
  /** Rows that are no rows, by row from 0. */
  readonly ragged: ReadonlyMap<number, string>;
}

/** Most columns of a table. */
export const MOST_COLUMNS = 20_000;
/** Memory of a fault: a few bytes of a packed file can make millions of rows without a value. */
const FLAW_BYTES = 64;
/** The share of cells that must be numbers for a column of numbers; the others are told as faults. */
const NUMBERS = 0.9;
const EMPTY_WORDS = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '-nan', '#n/a', 'nil']);
const INFINITE_WORDS = new Set(['inf', '+inf', '-inf', 'infinity', '+infinity', '-infinity']);

const KINDS = ['', 'number', 'text', 'vector'] as const;
type Kind = Exclude<(typeof KINDS)[number], ''>;

/** Collects the cells of a column and decides its kind at the end. */
export class Builder {
  rows = 0;
  #numbers: Float64Array | null = null;
  #texts: string[] | null = null;
  #lists: Float32Array | null = null;
  #dim = 0;
  /** The kind of each cell, as a place in KINDS; 0 for a flaw. */
  #kinds = new Uint8Array(64);
  readonly #counts = { number: 0, text: 0, vector: 0 };
  readonly #flaws = new Map<number, Flaw>();
  readonly #known = new Map<string, string>();
  readonly name: string;
  readonly #work: Work;

  constructor(name: string, work: Work) {
    [this.name, this.#work] = [plainText(name), work];
  }

  /** A cell of a text table: a number, a list of numbers, a text, or nothing. */
  cell(text: string, commas: Commas): void {
    const trimmed = text.trim();
    const lower = trimmed.length < 12 ? trimmed.toLowerCase() : trimmed;
    if (EMPTY_WORDS.has(lower)) this.#flaw('missing');
    else if (INFINITE_WORDS.has(lower)) this.#flaw('not_finite');
    else if (isNumeral(trimmed, commas)) this.#number(valueOf(trimmed, commas));
    else if (trimmed.startsWith('[') && trimmed.endsWith(']'))
      this.#list(listOfText(trimmed) ?? null, trimmed);
    else this.#text(text);
    this.rows += 1;
  }

  /** A value of a typed file. */
  value(value: unknown): void {
    if (value === null || value === undefined) this.#flaw('missing');
    else if (typeof value === 'number') this.#anyNumber(value);
    else if (typeof value === 'bigint') this.#anyNumber(Number(value));
    else if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'boolean') this.#text(String(value));
    else if (value instanceof Date) this.#text(Number.isNaN(value.getTime()) ? '' : value.toISOString());
    else if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)))
      this.#list(value as unknown as ArrayLike<unknown>, '[…]');
    else this.#flaw('not_a_number');
    this.rows += 1;
  }

  /** Brings the column to a length by missing cells. */
  fill(rows: number): void {
    while (this.rows < rows) {
      this.#flaw('missing');
      this.rows += 1;
    }
  }

  finish(): Column {
    const { number, text, vector } = this.#counts;
    if (vector > 0 && vector >= number + text) return this.#vectorColumn();
    if (number > 0 && number >= NUMBERS * (number + text)) return this.#numberColumn();
    return this.#textColumn();
  }

  #mark(kind: Kind): void {
    this.#counts[kind] += 1;
    if (this.rows >= this.#kinds.length) {
      const larger = new Uint8Array(2 * this.rows);
      larger.set(this.#kinds);
      this.#kinds = larger;
    }
    this.#kinds[this.rows] = KINDS.indexOf(kind);
  }

  /** Rows whose cells are of another kind than the column. */
  #others(kind: Kind, flaw: Flaw): void {
    for (let row = 0; row < Math.min(this.rows, this.#kinds.length); row++) {
      const own = this.#kinds[row] ?? 0;
      if (own !== 0 && KINDS[own] !== kind) this.#flaws.set(row, flaw);
    }
  }

  #flaw(flaw: Flaw): void {
    if (!this.#flaws.has(this.rows)) this.#work.take(FLAW_BYTES, `Column ${this.name}`);
    this.#flaws.set(this.rows, flaw);
  }

  #anyNumber(value: number): void {
    if (Number.isFinite(value)) this.#number(value);
    else this.#flaw(Number.isNaN(value) ? 'missing' : 'not_finite');
  }

  #number(value: number): void {
    this.#mark('number');
    if (!this.#numbers || this.rows >= this.#numbers.length)
      this.#numbers = this.#larger(this.#numbers, Float64Array, this.rows + 1);
    this.#numbers[this.rows] = value;
  }

  #text(text: string): void {
    this.#mark('text');
    this.#texts ??= [];
    this.#work.take(8, `Column ${this.name}`);
    let own = this.#known.get(text);
    if (own === undefined) {
      // A text of its own: a slice would keep the whole file in memory.
      own = plainText(text.length > 12 ? (JSON.parse(JSON.stringify(text)) as string) : text);
      this.#work.take(2 * own.length + 64, `Column ${this.name}`);
      if (this.#known.size < 100_000) this.#known.set(text, own);
    }
    this.#texts[this.rows] = own;
  }

  #list(list: ArrayLike<unknown> | null, text: string): void {
    if (!list) {
      this.#text(text);
      return;
    }
    if (list.length === 0) {
      this.#flaw('missing');
      return;
    }
    if (this.#dim === 0) this.#dim = list.length;
    if (list.length !== this.#dim) {
      this.#flaw('ragged');
      return;
    }
    this.#mark('vector');
    const from = this.rows * this.#dim;
    if (!this.#lists || from + this.#dim > this.#lists.length)
      this.#lists = this.#larger(this.#lists, Float32Array, from + this.#dim);
    for (let i = 0; i < this.#dim; i++) {
      const item = list[i];
      const value = typeof item === 'bigint' ? Number(item) : item;
      if (typeof value !== 'number') this.#flaw('not_a_number');
      else this.#lists[from + i] = value;
    }
    for (let i = 0; i < this.#dim; i++)
      if (!Number.isFinite(this.#lists[from + i]) && !this.#flaws.has(this.rows)) this.#flaw('not_finite');
  }

  #larger<T extends Float32Array | Float64Array>(
    old: T | null,
    make: new (length: number) => T,
    least: number,
  ): T {
    const length = Math.max(least, 2 * (old?.length ?? 0), 64);
    const size = make === (Float64Array as unknown) ? 8 : 4;
    this.#work.take(length * size, `Column ${this.name}`);
    const larger = new make(length);
    if (old) {
      larger.set(old);
      this.#work.give(old.byteLength);
    }
    return larger;
  }

  #textAt(row: number): string | null {
    const text = this.#texts?.[row];
    if (text !== undefined) return text;
    return KINDS[this.#kinds[row] ?? 0] === 'number' ? String(this.#numbers?.[row] ?? 0) : null;
  }

  #textColumn(): TextColumn {
    const values = Array.from({ length: this.rows }, (_, row) => this.#textAt(row));
    return { kind: 'text', name: this.name, rows: this.rows, flaws: this.#flaws, values };
  }

  #numberColumn(): NumberColumn {
    const values = new Float64Array(this.rows);
    if (this.#numbers) values.set(this.#numbers.subarray(0, this.rows));
    const texts = new Map<number, string>();
    this.#texts?.forEach((text, row) => texts.set(row, text));
    this.#others('number', 'not_a_number');
    return { kind: 'number', name: this.name, rows: this.rows, flaws: this.#flaws, values, texts };
  }

  #vectorColumn(): VectorColumn {
    const dim = this.#dim;
    if (this.rows * dim * 4 > this.#work.limit)
      throw tooLarge(
        `Column ${this.name} needs ${this.rows * dim * 4} bytes and at most ${this.#work.limit} are accepted`,
      );
    const values = new Float32Array(this.rows * dim);
    if (this.#lists) values.set(this.#lists.subarray(0, values.length));
    this.#others('vector', 'ragged');
    return {
      kind: 'vector',
      name: this.name,
      rows: this.rows,
      flaws: this.#flaws,
      dim,
      shape: [dim],
      values,
    };
  }
}

/** What a comma in a number is: 1,5 is one and a half, or 1,500 is fifteen hundred. */
export type Commas = 'decimal' | 'thousands';

/** A number. Leading zeros belong to codes: 007 is a text, and 0,500 has no thousands. */
export function isNumeral(text: string, commas: Commas): boolean {
  const grouped = commas === 'decimal' ? /^[+-]?\d+,\d+$/ : /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;
  const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && !/^[+-]?0\d/.test(text);
  return plain || grouped.test(text);
}

export const valueOf = (numeral: string, commas: Commas): number =>
  Number(numeral.replaceAll(',', commas === 'decimal' ? '.' : ''));

/** `[1, 2]`, or `[1 2]` as numpy prints it. */
function listOfText(text: string): number[] | null {
  const inner = text.slice(1, -1).trim();
  if (inner === '') return [];
  const list = inner.split(/\s*[,;]\s*|\s+/).map((item) => (item === '' ? NaN : Number(item)));
  return list.some((value, at) => Number.isNaN(value) && at === 0) ? null : list;
}

/** Columns of one length, each named. */
export function finished(builders: readonly Builder[]): Column[] {
  const rows = Math.max(0, ...builders.map((builder) => builder.rows));
  if (rows === 0) throw new MetricLabError('data.insufficient', 'There is no row.');
  return builders.map((builder) => {
    builder.fill(rows);
    return builder.finish();
  });
}
