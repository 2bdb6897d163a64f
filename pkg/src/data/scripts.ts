import { optionsOf, reading } from '../arguments.js';
import { badArgument } from '../errors.js';
import { show } from '../show.js';
import { countOf } from './samples.js';

/** Where an index goes when a tab is too small for it. */
export type ScriptTarget = 'faiss' | 'pgvector';

/** How the exported index is to be searched. */
export interface ScriptOptions {
  readonly dim: number;
  /** The distance of the search: `euclidean` unless given. */
  readonly metric?: 'euclidean' | 'cosine' | 'dot' | 'manhattan' | undefined;
  /** Neighbours of a query; 10 unless given. */
  readonly k?: number | undefined;
  /** Name of the file: `index.npz` of `toNpz` for FAISS, `index.csv` of `toCsv` for pgvector. */
  readonly file?: string | undefined;
  /** Name of the table of pgvector: `metriclab` unless given. */
  readonly table?: string | undefined;
}

const TARGETS: readonly unknown[] = ['faiss', 'pgvector'] satisfies ScriptTarget[];
/** A table of PostgreSQL has up to 1,600 columns, and the CSV is read into one. */
const MOST_COLUMNS = 1_500;

/**
 * A script that loads an exported index and answers the same queries elsewhere. Both search exactly.
 *
 * - `faiss`: Python for `faiss-cpu` and `numpy`. `python script.py queries.npy` prints a line of `id distance` pairs for
 *   each query.
 * - `pgvector`: SQL for `psql` and PostgreSQL with pgvector 0.7. It makes a table from the CSV, which needs
 *   labels and at most 1,500 numbers a row, and a function `metriclab_nearest(vector, integer)`.
 *
 * Euclidean distances are roots, and cosine ones are 1 − similarity, in both. `dot` is the negative dot product.
 *
 * @throws MetricLabError `argument.invalid`.
 *
 * @example
 * ```ts
 * save(await toNpz({ vectors, dim, labels, ids }), 'index.npz');
 * save(exportScript('faiss', { dim, metric: 'cosine', k: 5 }), 'search.py');
 * ```
 */
export function exportScript(target: ScriptTarget, options: ScriptOptions): string {
  return reading(() => {
    if (!TARGETS.includes(target))
      throw badArgument(`The target must be 'faiss' or 'pgvector', is ${show(target)}.`);
    const given = optionsOf(options, ['dim', 'metric', 'k', 'file', 'table'], '{ dim: 64 }');
    const {
      metric = 'euclidean',
      file = target === 'faiss' ? 'index.npz' : 'index.csv',
      table = 'metriclab',
    } = given;
    if (typeof metric !== 'string' || !Object.hasOwn(METRICS, metric))
      throw badArgument(`metric must be one of ${Object.keys(METRICS).join(', ')}, is ${show(metric)}.`);
    // They become part of a program.
    if (typeof file !== 'string' || !/^[\p{L}\p{N}_. -]{1,100}$/u.test(file))
      throw badArgument(`file must be a name of letters, digits, '_', '-', ' ' and '.', is ${show(file)}.`);
    if (typeof table !== 'string' || !/^[a-z_][a-z0-9_]{0,40}$/.test(table))
      throw badArgument(`table must be a name of a-z, 0-9 and _, is ${show(table)}.`);
    const dim = countOf(given.dim, 'dim', target === 'pgvector' ? MOST_COLUMNS : undefined);
    const k = countOf(given.k ?? 10, 'k', 100_000);
    const facts = METRICS[metric as keyof typeof METRICS];
    return target === 'faiss' ? python(file, dim, k, facts) : sql(file, table, dim, k, facts);
  });
}

const METRICS = {
  euclidean: {
    operator: '<->',
    class: 'vector_l2_ops',
    index: 'METRIC_L2',
    unit: false,
    distance: 'np.sqrt(np.maximum(scores, 0))',
  },
  cosine: {
    operator: '<=>',
    class: 'vector_cosine_ops',
    index: 'METRIC_INNER_PRODUCT',
    unit: true,
    distance: '1 - scores',
  },
  dot: {
    operator: '<#>',
    class: 'vector_ip_ops',
    index: 'METRIC_INNER_PRODUCT',
    unit: false,
    distance: '-scores',
  },
  manhattan: { operator: '<+>', class: 'vector_l1_ops', index: 'METRIC_L1', unit: false, distance: 'scores' },
} as const;
type Facts = (typeof METRICS)[keyof typeof METRICS];

function python(file: string, dim: number, k: number, { index, unit, distance }: Facts): string {
  return `"""Searches an index that metriclab exported: pip install faiss-cpu numpy; python THIS queries.npy"""
import sys

import faiss
import numpy as np


def prepared(rows):
    rows = np.ascontiguousarray(rows, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != ${dim}:
        sys.exit(f"rows of ${dim} numbers are needed, these have the shape {rows.shape}")
${unit ? '    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-30)\n' : ''}    return rows


stored = np.load("${file}")
ids = stored["ids"]
index = faiss.IndexFlat(${dim}, faiss.${index})
index.add(prepared(stored["vectors"]))
scores, found = index.search(prepared(np.load(sys.argv[1])), min(${k}, index.ntotal))
distances = ${distance}
for places, row in zip(found, distances):
    print("\\t".join(f"{ids[place]} {value:.7g}" for place, value in zip(places, row)))
`;
}

/** A column of the CSV without the apostrophe that `toCsv` puts before formulas. */
const asWritten = (column: string): string =>
  `regexp_replace(${column}, '^''(?=''*[=+@\\t\\r-])', '') as ${column}`;

function sql(
  file: string,
  table: string,
  dim: number,
  k: number,
  { operator, class: operators }: Facts,
): string {
  const numbers = Array.from({ length: dim }, (_, at) => `"${at}" real`).join(', ');
  const row = Array.from({ length: dim }, (_, at) => `"${at}"`).join(', ');
  return `-- Loads an index that metriclab exported: psql -v ON_ERROR_STOP=1 -f THIS, in the folder of ${file}
-- Then: select * from ${table}_nearest('[${dim === 1 ? '0' : '0, …'}]'::vector, ${k});
begin;
create extension if not exists vector;
create temporary table metriclab_csv (id text, label text, ${numbers}) on commit drop;
\\copy metriclab_csv from '${file}' with (format csv, header true)
drop table if exists ${table} cascade;
-- An apostrophe before what a spreadsheet would run as a formula is taken away.
create table ${table} as
  select ${asWritten('id')}, ${asWritten('label')}, array[${row}]::vector(${dim}) as embedding from metriclab_csv;
-- Exact search needs no index. An approximate and faster one:
-- create index on ${table} using hnsw (embedding ${operators});
create function ${table}_nearest(query vector(${dim}), k integer default ${k})
returns table (id text, label text, distance double precision) language sql stable as $$
  select id, label, embedding ${operator} query from ${table} order by embedding ${operator} query, id limit k
$$;
commit;
`;
}
