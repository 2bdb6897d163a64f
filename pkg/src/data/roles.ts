import { badArgument } from '../errors.js';
import { show, shortened } from '../show.js';
import type { Column } from './columns.js';
import type { Choices, LeftOut } from './preview.js';

/** Which column is what. */
export interface Roles {
  /** One column of lists, or columns of numbers; all of one length. */
  readonly vectors: readonly Column[];
  readonly label: Column | null;
  readonly id: Column | null;
  readonly group: Column | null;
  readonly attributes: readonly Column[];
  readonly choices: Choices;
  readonly unused: readonly LeftOut[];
}

const LABELS = [
  'label',
  'labels',
  'class',
  'classes',
  'target',
  'y',
  'category',
  'species',
  'class_name',
  'label_name',
  'labels_train',
  'y_train',
  '레이블',
  '라벨',
  '분류',
  '클래스',
  '범주',
];
const IDS = [
  'id',
  'ids',
  'uuid',
  'key',
  'index',
  'unnamed: 0',
  '__index_level_0__',
  'filename',
  'file',
  'path',
  'sku',
  '번호',
  '아이디',
];
const GROUPS = ['group', 'groups', 'domain', 'style', 'session', '그룹'];

/** The columns as chosen, and else as their names and contents suggest. */
export function rolesOf(columns: readonly Column[], choices: Choices): Roles {
  const chosen = choices.vector === undefined ? null : named(columns, choices.vector);
  const lists = columns.filter((column) => column.kind === 'vector');
  const largest = [...lists].sort((a, b) => b.values.length - a.values.length)[0];
  const rows = chosen?.[0]?.rows ?? largest?.rows ?? mostRows(columns);
  const alike = columns.filter((column) => column.rows === rows);
  const label = pick(alike, choices.label, () => labelOf(alike, chosen));
  const group = pick(alike, choices.group, () => byName(alike, GROUPS, [label]));
  const id = pick(alike, choices.id, () => idOf(alike, [label, group, ...(chosen ?? [])]));
  const others = [label, id, group];
  const vectors =
    chosen ??
    (largest ? [largest] : alike.filter((column) => column.kind === 'number' && !others.includes(column)));
  const attributes = choices.attributes
    ? named(alike, choices.attributes)
    : alike.filter(
        (column) => column.kind === 'text' && !others.includes(column) && !vectors.includes(column),
      );
  if (vectors.some((column) => column.rows !== rows))
    throw badArgument('The chosen columns have different numbers of rows.');
  if (vectors.length > 1 && vectors.some((column) => column.kind !== 'number'))
    throw badArgument('vector must name one column of lists, or columns of numbers.');
  if (vectors[0]?.kind === 'text')
    throw badArgument(`The column ${show(vectors[0].name)} has texts, not numbers.`);
  if (label?.kind === 'vector')
    throw badArgument(`The column ${show(label.name)} has lists of numbers and cannot be the label.`);
  const found = {
    vector: namesOf(vectors),
    label: label?.name,
    id: id?.name ?? null,
    group: group?.name ?? null,
  };
  return {
    vectors,
    label,
    id,
    group,
    attributes,
    choices: found,
    unused: unusedOf(columns, [...vectors, ...others, ...attributes], rows),
  };
}

function namesOf(columns: readonly Column[]): string | string[] {
  const [first] = columns;
  return columns.length === 1 && first ? first.name : columns.map(({ name }) => name);
}

function named(columns: readonly Column[], names: string | readonly string[]): Column[] {
  const list = typeof names === 'string' ? [names] : names;
  const known = new Map(columns.map((column) => [column.name, column]));
  return list.map((name) => {
    const column = known.get(name);
    if (!column)
      throw badArgument(
        `There is no column ${show(name)} of this length: there is ${shortened([...known.keys()].join(', '), 200)}.`,
      );
    return column;
  });
}

function pick(
  columns: readonly Column[],
  choice: string | null | undefined,
  guess: () => Column | null,
): Column | null {
  if (choice === null) return null;
  return choice === undefined ? guess() : (named(columns, choice)[0] ?? null);
}

function mostRows(columns: readonly Column[]): number {
  const counts = new Map<number, number>();
  for (const { rows, kind } of columns) if (kind === 'number') counts.set(rows, (counts.get(rows) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? columns[0]?.rows ?? 0;
}

function byName(
  columns: readonly Column[],
  names: readonly string[],
  taken: readonly (Column | null)[],
): Column | null {
  const free = columns.filter((column) => column.kind !== 'vector' && !taken.includes(column));
  for (const name of names) {
    const found = free.find((column) => column.name.trim().toLowerCase() === name);
    if (found) return found;
  }
  return null;
}

/** By its name; else the only text column whose values repeat; else, next to a column of lists, the only one of whole numbers. */
function labelOf(columns: readonly Column[], vectors: readonly Column[] | null): Column | null {
  const known = byName(columns, LABELS, vectors ?? []);
  if (known) return known;
  const free = columns.filter((column) => !vectors?.includes(column));
  const texts = free.filter((column) => column.kind === 'text' && repeats(column));
  if (texts.length > 0) return texts.at(-1) ?? null;
  const hasLists = columns.some((column) => column.kind === 'vector');
  const numbers = free.filter((column) => column.kind === 'number' && repeats(column));
  return hasLists && numbers.length === 1 ? (numbers[0] ?? null) : null;
}

function idOf(columns: readonly Column[], taken: readonly (Column | null)[]): Column | null {
  const isFree = (column: Column): boolean => column.kind === 'text' && !taken.includes(column);
  return byName(columns, IDS, taken) ?? columns.find((column) => isFree(column) && isUnique(column)) ?? null;
}

function repeats(column: Column): boolean {
  const distinct = distinctUpTo(column, column.rows / 2);
  return distinct !== null && distinct >= 2;
}

function isUnique(column: Column): boolean {
  return column.rows > 1 && distinctUpTo(column, column.rows) === column.rows;
}

/** Different values, or null beyond a limit. */
function distinctUpTo(column: Column, limit: number): number | null {
  const found = new Set<unknown>();
  for (let row = 0; row < column.rows; row++) {
    const value: unknown = column.kind === 'vector' ? null : column.values[row];
    if (value === null || column.flaws.has(row)) continue;
    found.add(value);
    if (found.size > limit) return null;
  }
  return found.size;
}

function unusedOf(columns: readonly Column[], used: readonly (Column | null)[], rows: number): LeftOut[] {
  const left = columns.filter((column) => !used.includes(column));
  const [others, alike] = [
    left.filter((column) => column.rows !== rows),
    left.filter((column) => column.rows === rows),
  ];
  const told = (reason: LeftOut['reason'], list: readonly Column[], message: string): LeftOut[] =>
    list.length === 0
      ? []
      : [
          {
            reason,
            count: list.length,
            examples: list.slice(0, 20).map(({ name }) => name),
            column: null,
            message,
          },
        ];
  return [
    ...told('other_rows', others, `columns without ${rows} rows`),
    ...told('unused', alike, 'columns without a role'),
  ];
}
