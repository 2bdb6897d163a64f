import { optionsOf, reading } from '../arguments.js';
import { badArgument } from '../errors.js';
import { KINDS } from '../header.js';
import { show } from '../show.js';
import type { Column, Flaw, Table } from './columns.js';
import { type Frames, MOST_FRAMES, frames } from './from-arrays.js';
import { listOf, nameOf } from './labels.js';
import {
  type Choices,
  type ColumnSummary,
  type LeftOut,
  Omissions,
  type Preview,
  countsOf,
} from './preview.js';
import { type Roles, rolesOf } from './roles.js';
import { Samples, type Shape } from './samples.js';
import { type ReadOptions, Work, invalid, tooLarge, watched } from './work.js';

const MOST_DISTINCT = 10_000;
const CHOICES = [
  'name',
  'kind',
  'vector',
  'label',
  'id',
  'group',
  'attributes',
  'length',
  'size',
  'channels',
] as const;
const WHY: Readonly<Record<Flaw, string>> = {
  missing: 'a number is missing',
  not_a_number: 'a cell is no number',
  not_finite: 'a number is infinite or NaN',
  ragged: 'its list has another length than the first, or is none',
};

/** Checks the form of choices; a caller without types may pass anything. */
export function choicesOf(value: unknown): Choices {
  const given = optionsOf(value, CHOICES, "{ label: 'class' }");
  const isText = (item: unknown) => item === undefined || item === null || typeof item === 'string';
  for (const name of ['name', 'label', 'id', 'group'] as const)
    if (!isText(given[name]))
      throw badArgument(`${name} must be the name of a column, is ${show(given[name])}.`);
  const { vector, kind, attributes } = given;
  if (vector !== undefined && typeof vector !== 'string')
    for (const item of listOf(vector, 'vector'))
      if (typeof item !== 'string') throw badArgument(`vector must name columns; one is ${show(item)}.`);
  if (attributes !== undefined)
    for (const item of listOf(attributes, 'attributes'))
      if (typeof item !== 'string') throw badArgument(`attributes must name columns; one is ${show(item)}.`);
  if (kind !== undefined && !KINDS.some((known) => known === kind))
    throw badArgument(`kind must be one of ${KINDS.join(', ')}, is ${show(kind)}.`);
  return Object.fromEntries(Object.entries(given).filter(([, item]) => item !== undefined));
}

/** The preview of tables. */
export class TablePreview implements Preview {
  readonly kind: Preview['kind'];
  readonly format: string;
  readonly count: number;
  readonly shape: readonly number[];
  readonly classes: Preview['classes'];
  readonly columns: readonly ColumnSummary[];
  readonly choices: Choices;
  readonly leftOut: readonly LeftOut[];
  readonly notes: Preview['notes'];
  readonly problem: string | null;
  readonly memory: Preview['memory'];
  readonly #table: Table;
  readonly #roles: Roles;
  readonly #rows: readonly number[];
  readonly #limit: number;

  readonly #before: readonly LeftOut[];

  constructor(table: Table, choices: Choices, limit: number, before: readonly LeftOut[] = []) {
    this.#before = before;
    const roles = rolesOf(table.columns, choices);
    const { rows, omissions } = keptRows(table, roles);
    [this.#table, this.#roles, this.#rows, this.#limit] = [table, roles, rows, limit];
    const shape = shapeOf(roles, choices);
    [this.kind, this.shape] = [shape.kind, shape.shape];
    this.format = table.format;
    this.count = rows.length;
    this.classes = countsOf(rows.map((row) => labelAt(roles.label, row) ?? ''));
    this.columns = table.columns.map((column) => summary(column, roles));
    this.choices = { ...roles.choices, ...choices };
    this.leftOut = [...before, ...omissions.list(), ...roles.unused];
    this.notes = table.notes;
    const dim = rawSize(roles);
    const samples = rows.length * (dim * (isBytes(roles) ? 1 : 4) + 2);
    this.memory = { samples, peak: tableBytes(table) + 3 * samples, limit };
    this.problem = problemOf(this, roles, limit);
  }

  with(choices: Choices): TablePreview {
    return reading(
      () =>
        new TablePreview(this.#table, { ...this.choices, ...choicesOf(choices) }, this.#limit, this.#before),
    );
  }

  async load(choices?: Choices, options?: ReadOptions): Promise<Samples> {
    const { work } = reading(() => Work.of(options));
    if (choices !== undefined) return this.with(choices).#load(work);
    return this.#load(work);
  }

  #load(work: Work): Promise<Samples> {
    return watched(work, async () => {
      if (this.memory.samples > this.#limit) throw tooLarge(this.problem ?? '');
      const { label, id, group, attributes } = this.#roles;
      if (!label) throw invalid(this.problem ?? 'There is no column of labels');
      const rows = this.#rows;
      const shape = await this.#numbers(work);
      const texts = (column: Column) => rows.map((row) => textAt(column, row) ?? '');
      return new Samples(
        shape,
        label.kind === 'number' ? rows.map((row) => label.values[row] ?? 0) : texts(label),
        {
          name: this.choices.name ?? 'mine',
          ids: id ? texts(id) : rows.map((row) => String(row + this.#table.firstRow)),
          groups: group ? rows.map((row) => labelAt(group, row) ?? '?') : undefined,
          attributes: attributes.length === 0 ? undefined : rows.map((row) => attributesAt(attributes, row)),
        },
        this.leftOut,
      );
    });
  }

  async #numbers(work: Work): Promise<Shape> {
    const { vectors } = this.#roles;
    const size = rawSize(this.#roles);
    const numbers = isBytes(this.#roles)
      ? new Uint8Array(this.count * size)
      : new Float32Array(this.count * size);
    const single = vectors[0]?.kind === 'vector' ? vectors[0] : null;
    for (const [at, row] of this.#rows.entries()) {
      if (single) numbers.set(single.values.subarray(row * size, (row + 1) * size), at * size);
      else
        vectors.forEach((column, i) => {
          if (column.kind === 'number') numbers[at * size + i] = column.values[row] ?? 0;
        });
      if (at % 256 === 0) await work.pause('read', at, this.count);
    }
    return arranged(numbers, this.count, single?.shape ?? [size], this.kind, this.choices.length);
  }
}

/** Brings rows into the order of a packed file. */
function arranged(
  numbers: Float32Array | Uint8Array,
  count: number,
  own: readonly number[],
  kind: Preview['kind'],
  length?: number,
): Shape {
  const size = own.reduce((product, axis) => product * axis, 1);
  if (kind === 'vectors' || kind === 'bags')
    return { kind, count, channels: 1, height: 1, width: size, background: null, numbers };
  if (kind === 'sequences') {
    const [, dim = 1] = own;
    const all = Array.from({ length: count }, (_, at): Frames => ({
      data: Float32Array.from(numbers.subarray(at * size, (at + 1) * size)),
      dim,
    }));
    return frames(all, length);
  }
  const { channels, height, width, last, given } = pictureShape(own) ?? {
    channels: 1,
    height: 1,
    width: size,
    last: false,
    given: 1,
  };
  if (!last || given === 1) return { kind, count, channels, height, width, background: undefined, numbers };
  const planar =
    numbers instanceof Uint8Array
      ? new Uint8Array(count * channels * height * width)
      : new Float32Array(count * channels * height * width);
  const area = height * width;
  for (let i = 0; i < count; i++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < area; p++)
        planar[(i * channels + c) * area + p] = numbers[(i * area + p) * given + c] ?? 0;
  return { kind, count, channels, height, width, background: undefined, numbers: planar };
}

interface PictureShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Whether the channels are the last axis. */
  readonly last: boolean;
  /** Channels in the file. */
  readonly given: number;
}

function pictureShape(shape: readonly number[]): PictureShape | null {
  const [first = 1, second = 1, third] = shape;
  if (shape.length === 2) return { channels: 1, height: first, width: second, last: false, given: 1 };
  if (shape.length !== 3 || third === undefined) return null;
  if (third === 1 || third === 3 || third === 4)
    return { channels: third === 4 ? 3 : third, height: first, width: second, last: true, given: third };
  return first === 1 || first === 3
    ? { channels: first, height: second, width: third, last: false, given: first }
    : null;
}

function isBytes({ vectors }: Roles): boolean {
  return vectors[0]?.kind === 'vector' && vectors[0].values instanceof Uint8Array;
}

/** The kind of the samples, and the shape of one. */
function shapeOf(
  { vectors }: Roles,
  { kind: wanted, length }: Choices,
): { kind: Preview['kind']; shape: readonly number[] } {
  const [first] = vectors;
  const own = first?.kind === 'vector' ? first.shape : [vectors.length];
  const size = own.reduce((product, axis) => product * axis, 1);
  if (wanted === 'sequences') {
    if (own.length !== 2)
      throw badArgument(
        `Sequences need rows of frames x features; a row here has the shape ${own.join(' x ')}.`,
      );
    return { kind: wanted, shape: [(own[1] ?? 1) + 1, 1, Math.min(own[0] ?? 1, length ?? MOST_FRAMES)] };
  }
  const picture = own.length > 1 ? pictureShape(own) : null;
  if (wanted === 'picture' && !picture)
    throw badArgument(`Pictures need rows of height x width; a row here has the shape ${own.join(' x ')}.`);
  if (wanted === 'bags') return { kind: wanted, shape: [size] };
  if (wanted === 'vectors' || !picture) return { kind: 'vectors', shape: [size] };
  return { kind: 'picture', shape: [picture.channels, picture.height, picture.width] };
}

/** Numbers of a row in the file. */
function rawSize({ vectors }: Roles): number {
  return vectors[0]?.kind === 'vector' ? vectors[0].dim : vectors.length;
}

function keptRows(table: Table, { vectors, label }: Roles): { rows: number[]; omissions: Omissions } {
  const omissions = new Omissions();
  const rows: number[] = [];
  const count = vectors[0]?.rows ?? 0;
  for (let row = 0; row < count; row++) {
    const shown = row + table.firstRow;
    const ragged = table.ragged.get(row);
    const flawed = vectors.find((column) => column.flaws.has(row));
    if (ragged !== undefined) omissions.add('ragged', shown, ragged);
    else if (flawed) {
      const flaw = flawed.flaws.get(row) ?? 'missing';
      omissions.add(flaw, shown, `${WHY[flaw]} in the column ${show(flawed.name)}`, flawed.name);
    } else if (label && labelAt(label, row) === null)
      omissions.add('no_label', shown, `there is no label in the column ${show(label.name)}`, label.name);
    else rows.push(row);
  }
  return { rows, omissions };
}

function problemOf(
  { count, classes, memory }: TablePreview,
  { vectors, label }: Roles,
  limit: number,
): string | null {
  if (vectors.length === 0) return 'There is no column of numbers or of lists of numbers';
  if (!label) return 'No column looks like labels: choose one';
  if (count === 0) return 'Every row was left out';
  if (classes.length < 2) return 'All samples are of one class: metric learning needs at least two';
  return memory.samples > limit
    ? `The samples take ${memory.samples} bytes and at most ${limit} are accepted`
    : null;
}

/** A cell as a text, or null. */
export function textAt(column: Column, row: number): string | null {
  if (column.kind === 'text') return column.values[row] ?? null;
  if (column.kind === 'vector') return null;
  return column.texts.get(row) ?? (column.flaws.has(row) ? null : String(column.values[row] ?? 0));
}

function labelAt(column: Column | null, row: number): string | null {
  if (!column) return null;
  return column.kind === 'number' && column.flaws.has(row) ? null : nameOf(textAt(column, row));
}

function attributesAt(columns: readonly Column[], row: number): Record<string, string> {
  const own = Object.create(null) as Record<string, string>;
  for (const column of columns) own[column.name] = textAt(column, row) ?? '';
  return own;
}

function summary(column: Column, roles: Roles): ColumnSummary {
  const { name, kind, rows, flaws } = column;
  const role = roles.vectors.includes(column)
    ? 'vector'
    : column === roles.label
      ? 'label'
      : column === roles.id
        ? 'id'
        : column === roles.group
          ? 'group'
          : roles.attributes.includes(column)
            ? 'attribute'
            : 'unused';
  const shape = kind === 'vector' ? column.shape : [1];
  return { name, kind, rows, shape, distinct: distinctOf(column), flaws: flaws.size, role };
}

/** Different values, or null for vectors and beyond a limit. */
export function distinctOf(column: Column): number | null {
  if (column.kind === 'vector') return null;
  const found = new Set<string | number>();
  for (let row = 0; row < column.rows && found.size <= MOST_DISTINCT; row++) {
    const value = column.values[row];
    if (value !== null && value !== undefined && !column.flaws.has(row)) found.add(value);
  }
  return found.size > MOST_DISTINCT ? null : found.size;
}

function tableBytes({ columns }: Table): number {
  return columns.reduce(
    (sum, column) => sum + (column.kind === 'text' ? 24 * column.rows : column.values.byteLength),
    0,
  );
}
