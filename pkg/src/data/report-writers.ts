import { reading } from '../arguments.js';
import { badArgument } from '../errors.js';
import type { ThresholdReport } from '../gallery-types.js';
import { show } from '../show.js';

function checked(report: unknown): ThresholdReport {
  const { curve } = (report ?? {}) as Partial<ThresholdReport>;
  if (Array.isArray(curve)) return report as ThresholdReport;
  throw badArgument(`A report is what Gallery.thresholdReport gives, not ${show(report)}.`);
}

/**
 * A threshold report as JSON, with its fields as they are. JSON has no infinities: a threshold that accepts none is the text
 * `"-Infinity"`, which `Number` of JavaScript and `float` of Python read.
 *
 * @throws MetricLabError `argument.invalid`.
 *
 * @example
 * ```ts
 * save(reportJson(await gallery.thresholdReport()), 'threshold.json');
 * ```
 */
export function reportJson(report: ThresholdReport): Blob {
  const text = reading(() =>
    JSON.stringify(
      checked(report),
      (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value),
      2,
    ),
  );
  return new Blob([`${text}\n`], { type: 'application/json' });
}

/**
 * The curve of a threshold report as CSV: `threshold`, `fmr` (FAR, false match rate) and `fnmr` (FRR, false non-match rate), by
 * ascending threshold; these are the points of ROC and DET. The threshold of the first row, which accepts none, is −∞, and its
 * cell is empty: a spreadsheet would run `-Infinity` as a formula.
 *
 * @throws MetricLabError `argument.invalid`.
 *
 * @example
 * ```ts
 * save(reportCsv(await gallery.thresholdReport()), 'threshold.csv');
 * ```
 */
export function reportCsv(report: ThresholdReport): Blob {
  const lines = reading(() =>
    Array.from(checked(report).curve, ({ threshold, fmr, fnmr }) =>
      [threshold === -Infinity ? '' : numberOf(threshold), numberOf(fmr), numberOf(fnmr)].join(','),
    ),
  );
  return new Blob([['threshold,fmr,fnmr', ...lines].map((line) => `${line}\r\n`).join('')], {
    type: 'text/csv',
  });
}

/** Texts are not numbers, whatever they say: a formula does not get through. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  throw badArgument(`The numbers of a curve cannot be ${show(value)}.`);
}
