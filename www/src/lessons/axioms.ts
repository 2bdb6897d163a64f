import type { Axioms, AxiomVerdict, DistanceKind, DistanceOption } from 'metriclab';
import { html } from '../dom/element';
import type { Translator } from '../i18n/translator';
import { distanceName } from '../store/settings';

const AXIOMS = ['identity', 'symmetry', 'triangle'] as const;
export type Axiom = (typeof AXIOMS)[number];

/** Points in space, and histograms of as many bins: few enough to read, many enough to find what breaks. */
const POINTS = new Float32Array([
  0, 0, 1, 1, 0, 0, 3, 1, 0, 1, 2, 2, -1, 1, 0, 2, -1, 1, 0.5, 0.5, -2, 1, 1, 1,
]);
const BINS = new Float32Array([
  0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.2, 0.2, 0.6, 0.4, 0.3, 0.3, 0.05, 0.15, 0.8, 0.9, 0.05, 0.05, 0.3, 0.5, 0.2,
  0.25, 0.1, 0.65,
]);
const DIM = 3;
const ROWS: Readonly<Record<DistanceOption['rows'], Float32Array>> = {
  vectors: POINTS,
  histograms: BINS,
  samples: POINTS,
};

/** The engine's answer for a distance on rows of three numbers. */
export type AskAxioms = (request: {
  readonly points: Float32Array;
  readonly dim: number;
  readonly distance: DistanceKind;
}) => Promise<Axioms>;

function row(numbers: readonly number[], t: Translator): string {
  return `(${numbers.map((x) => t.decimal(x, 2)).join(', ')})`;
}

/** What a distance breaks on unit vectors; null for a distance of other rows. */
export type AskOnUnit = (distance: DistanceOption) => Promise<readonly Axiom[] | null>;

/** The worst counterexample as a sentence. */
function sentence(axiom: Axiom, { worst }: AxiomVerdict, t: Translator): string {
  if (!worst) return '';
  const [x = [], y = [], z = []] = worst.rows;
  const [a, b, c] = worst.values.map((value) => t.decimal(value, 3));
  const same = x.every((value, i) => value === y[i]);
  const key = axiom === 'identity' && same ? 'self' : axiom;
  return t.text(`axiom.${key}`, {
    x: row(x, t),
    y: row(y, t),
    z: row(z, t),
    a: a ?? '',
    b: b ?? '',
    c: c ?? '',
  });
}

/** A verdict without a counterexample to show. */
function plainCell(holds: boolean, t: Translator): HTMLElement {
  const label = t.text(holds ? 'axiom.holds' : 'axiom.fails');
  const mark = html('span', { role: 'img', 'aria-label': label }, holds ? '✓' : '✗');
  return html('td', { class: holds ? 'holds' : 'broken' }, mark);
}

/**
 * A table of the engine's distances and the axioms, tried out by the engine; a broken one shows its worst counterexample. What is
 * different on unit vectors has a row of its own.
 */
export function axiomTable(
  t: Translator,
  offered: () => Promise<readonly DistanceOption[]>,
  ask: AskAxioms,
  askOnUnit: AskOnUnit,
  failed: (thrown: unknown) => void,
): HTMLElement {
  const button = html('button', { type: 'button', 'data-testid': 'axioms-run' }, t.text('axiom.run'));
  const said = html('p', { class: 'note axiom-said', role: 'status' }, t.text('axiom.note'));
  const body = html('tbody');
  const head = html(
    'tr',
    {},
    html('th', { scope: 'col' }, t.text('setting.distance')),
    ...AXIOMS.map((axiom) => html('th', { scope: 'col' }, t.text(`axiom.name.${axiom}`))),
  );
  const table = html(
    'table',
    { class: 'axiom-table', 'data-testid': 'axioms', hidden: true },
    html('thead', {}, head),
    body,
  );
  const cell = (axiom: Axiom, verdict: AxiomVerdict): HTMLElement => {
    if (verdict.holds) return plainCell(true, t);
    const show = html(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': t.text('axiom.broken') },
      '✗',
    );
    show.addEventListener('click', () => {
      said.textContent = sentence(axiom, verdict, t);
    });
    return html('td', { class: 'broken' }, show);
  };
  const run = async (): Promise<void> => {
    for (const option of await offered()) {
      const { kind, rows, range, similarity } = option;
      const found = await ask({ points: ROWS[rows], dim: DIM, distance: kind });
      const name = t.find('distance', distanceName(kind)) ?? distanceName(kind);
      // A similarity with a largest value is tried as its distance from there.
      const [, largest] = range;
      const written = similarity && largest !== null ? `${largest} − ${name}` : name;
      const line = (title: string, cells: readonly HTMLElement[]): void => {
        body.append(html('tr', {}, html('th', { scope: 'row' }, title), ...cells));
      };
      line(
        written,
        AXIOMS.map((axiom) => cell(axiom, found[axiom])),
      );
      const onUnit = await askOnUnit(option);
      if (onUnit && AXIOMS.some((axiom) => onUnit.includes(axiom) === found[axiom].holds))
        line(
          `${written}, ${t.text('axiom.onUnit')}`,
          AXIOMS.map((axiom) => plainCell(!onUnit.includes(axiom), t)),
        );
    }
    table.hidden = false;
    said.textContent = t.text('axiom.done');
  };
  button.addEventListener('click', () => {
    button.disabled = true;
    body.replaceChildren();
    run()
      .catch(failed)
      .finally(() => {
        button.disabled = false;
      });
  });
  return html('div', { class: 'axiom-lab' }, html('div', { class: 'tries' }, button), said, table);
}
