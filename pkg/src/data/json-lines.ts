import { Builder, MOST_COLUMNS, type Table, finished } from './columns.js';
import { decoded } from './text.js';
import { type Work, invalid, tooLarge } from './work.js';

/** Lines that are parsed between two pauses. */
const LINES = 500;
/** Longest line, in characters. */
const MOST_CHARACTERS = 1 << 26;

/**
 * JSON Lines: an object a line. A JSON file with one list of objects is read too. Fields are columns.
 *
 * @throws MetricLabError `data.invalid` if no line can be read, `data.too_large`, `data.insufficient`.
 */
export async function readJsonLines(bytes: Uint8Array, work: Work): Promise<Table> {
  const { text, encoding } = decoded(bytes);
  const records = new Records(work);
  const whole = wholeList(text);
  if (whole) {
    for (const [at, record] of whole.entries()) {
      records.add(record, at);
      if (at % LINES === 0) await work.pause('read', at, whole.length);
    }
    return records.finish(encoding);
  }
  let [row, at] = [0, 0];
  while (at < text.length) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    if (end - at > MOST_CHARACTERS) throw tooLarge(`Line ${row + 1} has ${end - at} characters`);
    records.line(text.slice(at, end), row);
    row += 1;
    at = end + 1;
    if (row % LINES === 0) await work.pause('read', at, text.length);
  }
  return records.finish(encoding);
}

function wholeList(text: string): readonly unknown[] | null {
  if (!/^\s*\[\s*[{\]]/.test(text.slice(0, 1000))) return null;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch (cause) {
    throw invalid('This is no JSON', cause);
  }
}

class Records {
  readonly #work: Work;
  readonly #columns = new Map<string, Builder>();
  readonly #ragged = new Map<number, string>();
  #good = 0;
  #rows = 0;

  constructor(work: Work) {
    this.#work = work;
  }

  line(text: string, row: number): void {
    if (text.trim() === '') {
      this.#rows = row + 1;
      this.#ragged.set(row, 'it is empty');
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // Told below.
    }
    this.add(value, row);
  }

  add(value: unknown, row: number): void {
    this.#rows = row + 1;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#ragged.set(row, 'it is no JSON object');
      return;
    }
    this.#good += 1;
    for (const [name, item] of Object.entries(value)) {
      let builder = this.#columns.get(name);
      if (!builder) {
        if (this.#columns.size >= MOST_COLUMNS) throw tooLarge(`There are more than ${MOST_COLUMNS} fields`);
        builder = new Builder(name, this.#work);
        this.#columns.set(name, builder);
      }
      // A field that is new, or was absent for a while.
      builder.fill(row);
      builder.value(item);
    }
  }

  finish(encoding: string): Table {
    if (this.#good === 0) throw invalid('No line is a JSON object');
    const builders = [...this.#columns.values()];
    for (const builder of builders) builder.fill(this.#rows);
    return {
      format: 'jsonl',
      columns: finished(builders),
      firstRow: 1,
      notes: [{ kind: 'encoding', value: encoding }],
      ragged: this.#ragged,
    };
  }
}
