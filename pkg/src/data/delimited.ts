import { Builder, type Commas, MOST_COLUMNS, type Table, finished, isNumeral, valueOf } from './columns.js';
import { decoded } from './text.js';
import { type Work, invalid, tooLarge } from './work.js';

/** Records that are parsed between two pauses. */
const RECORDS = 2_000;
/** Records from which the header is told. */
const SAMPLE = 20;

/**
 * CSV, TSV and their like, by Papa Parse: the separator is guessed, quotes and line breaks within them are read, and
 * empty lines are skipped.
 *
 * @throws MetricLabError `data.invalid`, `data.too_large`, `data.insufficient`.
 */
export async function readDelimited(
  bytes: Uint8Array,
  tabs: boolean,
  header: boolean | undefined,
  work: Work,
): Promise<Table> {
  const { text, encoding } = decoded(bytes);
  if (text.includes('\0')) throw invalid('This is no text: it has zero bytes');
  const { default: papa } = await import('../vendor/papaparse.js');
  const options = {
    header: false,
    skipEmptyLines: 'greedy',
    delimiter: tabs ? '\t' : '',
    preview: RECORDS,
  } as const;
  let separator: string = options.delimiter;
  let table: Rows | null = null;
  for (let at = 0; at < text.length;) {
    const { data, meta } = papa.parse<string[]>(text.slice(at), { ...options, delimiter: separator });
    separator = meta.delimiter;
    table ??= new Rows(data.slice(0, SAMPLE), commasOf(data, separator), header, work);
    for (const record of data) table.add(record);
    // Papa Parse says where it stopped; at the end it may stop short of a last line break.
    at = data.length < RECORDS || meta.cursor <= 0 ? text.length : at + meta.cursor;
    await work.pause('read', at, text.length);
  }
  if (!table) throw invalid('The table is empty');
  const named = separator === '\t' ? 'tab' : separator;
  return table.finish(tabs ? 'tsv' : 'csv', [
    { kind: 'encoding', value: encoding },
    { kind: 'separator', value: named },
  ]);
}

class Rows {
  readonly #builders: Builder[];
  readonly #hasHeader: boolean;
  readonly #commas: Commas;
  readonly #ragged = new Map<number, string>();
  #seen = 0;

  constructor(sample: readonly string[][], commas: Commas, header: boolean | undefined, work: Work) {
    const [first = []] = sample;
    const width = first.length;
    if (width > MOST_COLUMNS)
      throw tooLarge(`The table has ${width} columns and at most ${MOST_COLUMNS} are read`);
    this.#commas = commas;
    this.#hasHeader = header ?? looksLikeHeader(sample, commas);
    this.#builders = first.map((cell, at) => {
      const name = this.#hasHeader ? cell.trim() : '';
      return new Builder(name === '' ? `column ${at + 1}` : name, work);
    });
  }

  add(record: readonly string[]): void {
    const row = this.#seen - (this.#hasHeader ? 1 : 0);
    this.#seen += 1;
    if (row < 0) return;
    const width = this.#builders.length;
    if (record.length !== width)
      this.#ragged.set(row, `it has ${record.length} cells and the first has ${width}`);
    this.#builders.forEach((builder, at) => {
      builder.cell(record[at] ?? '', this.#commas);
    });
  }

  finish(format: string, notes: Table['notes']): Table {
    const columns = finished(this.#builders);
    return { format, columns, firstRow: this.#hasHeader ? 2 : 1, notes, ragged: this.#ragged };
  }
}

/**
 * What commas in numbers are. Where they separate the cells, they group thousands. Elsewhere a number tells that has one
 * reading alone, as 0,25 and 1,234,567 have; 1,500 by itself is read as 1.5, unless other numbers have a point.
 */
function commasOf(records: readonly string[][], separator: string): Commas {
  if (separator === ',') return 'thousands';
  const some = (wanted: RegExp): boolean =>
    records.some((record) => record.some((cell) => wanted.test(cell.trim())));
  if (some(/^[+-]?(0,\d+|\d+,(\d{1,2}|\d{4,}))$/)) return 'decimal';
  return some(/^[+-]?(\d{1,3}(,\d{3})*\.\d+|\d{1,3}(,\d{3}){2,})$/) ? 'thousands' : 'decimal';
}

/** Names in the first record: none of its cells is a number, or a cell has a text above a column of numbers. */
function looksLikeHeader([first = [], ...others]: readonly string[][], commas: Commas): boolean {
  const isNumber = (cell: string): boolean => isNumeral(cell.trim(), commas);
  const filled = first.filter((cell) => cell.trim() !== '');
  const texts = filled.filter((cell) => !isNumber(cell));
  if (texts.length === 0 || others.length === 0) return false;
  if (texts.length === filled.length && new Set(filled).size === filled.length)
    // Names do not come again below.
    return !first.every((cell, at) => others.some((record) => record[at] === cell));
  const numerals = filled.filter(isNumber).map((cell) => valueOf(cell.trim(), commas));
  const [start = 0] = numerals;
  // pandas numbers columns that have no names.
  if (numerals.length > 1 && start <= 1 && numerals.every((value, at) => value === start + at)) return true;
  return first.some((cell, at) => {
    const below = others.map((record) => record[at]?.trim() ?? '').filter((text) => text !== '');
    return cell.trim() !== '' && !isNumber(cell) && below.length > 0 && below.every(isNumber);
  });
}
