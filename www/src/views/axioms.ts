import type { AxiomVerdict, DistanceOption } from 'metriclab';
import { html } from '../dom/element';
import { AXIOMS, brokenBy, UNIT_DIM, UNIT_VECTORS, type Axiom } from '../geometry/axioms';
import type { Translator } from '../i18n/translator';
import type { Session } from '../session/session';
import { distanceName } from '../store/settings';
import type { Mount } from './page';

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

function numbers(row: readonly number[], t: Translator): string {
  return `(${row.map((x) => t.decimal(x, 2)).join(', ')})`;
}

/** The worst counterexample as a sentence. */
function sentence(axiom: Axiom, { worst }: AxiomVerdict, t: Translator): string {
  if (!worst) return '';
  const [x = [], y = [], z = []] = worst.rows;
  const [a, b, c] = worst.values.map((value) => t.decimal(value, 3));
  const same = x.every((value, i) => value === y[i]);
  const key = axiom === 'identity' && same ? 'self' : axiom;
  return t.text(`axiom.${key}`, {
    x: numbers(x, t),
    y: numbers(y, t),
    z: numbers(z, t),
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

/** A verdict that says its worst counterexample on a press. */
function cell(axiom: Axiom, verdict: AxiomVerdict, t: Translator, say: (text: string) => void): HTMLElement {
  if (verdict.holds) return plainCell(true, t);
  const show = html('button', { type: 'button', class: 'quiet', 'aria-label': t.text('axiom.broken') }, '✗');
  show.addEventListener('click', () => {
    say(sentence(axiom, verdict, t));
  });
  return html('td', { class: 'broken' }, show);
}

/** The axioms that a distance breaks on unit vectors; null for a distance of other rows. */
async function brokenOnUnit(session: Session, { kind, rows }: DistanceOption): Promise<Axiom[] | null> {
  if (rows !== 'vectors') return null;
  const asked = { queries: UNIT_VECTORS, references: UNIT_VECTORS, dim: UNIT_DIM, metric: kind };
  return brokenBy(await session.questions.distances(asked), UNIT_VECTORS.length / UNIT_DIM);
}

/** The table's row of a distance, and one for unit vectors where it breaks other axioms there. */
async function linesOf(
  option: DistanceOption,
  session: Session,
  t: Translator,
  say: (text: string) => void,
): Promise<HTMLElement[]> {
  const { kind, rows, range, similarity } = option;
  const found = await session.questions.axioms({ points: ROWS[rows], dim: DIM, distance: kind });
  const name = t.find('distance', distanceName(kind)) ?? distanceName(kind);
  // A similarity with a largest value is tried as its distance from there.
  const [, largest] = range;
  const title = similarity && largest !== null ? `${largest} − ${name}` : name;
  const line = (text: string, cells: readonly HTMLElement[]): HTMLElement =>
    html('tr', {}, html('th', { scope: 'row' }, text), ...cells);
  const own = line(
    title,
    AXIOMS.map((axiom) => cell(axiom, found[axiom], t, say)),
  );
  const onUnit = await brokenOnUnit(session, option);
  if (!onUnit || AXIOMS.every((axiom) => onUnit.includes(axiom) !== found[axiom].holds)) return [own];
  const cells = AXIOMS.map((axiom) => plainCell(!onUnit.includes(axiom), t));
  return [own, line(`${title}, ${t.text('axiom.onUnit')}`, cells)];
}

/** The axioms of a metric, tried by the engine on every distance that it offers, row after row. */
export const mountAxioms: Mount = (host, { t, session, notices }) => {
  const said = html('p', { class: 'note axiom-said', role: 'status' });
  const body = html('tbody');
  const head = html(
    'tr',
    {},
    html('th', { scope: 'col' }, t.text('setting.distance')),
    ...AXIOMS.map((axiom) => html('th', { scope: 'col' }, t.text(`axiom.name.${axiom}`))),
  );
  const table = html(
    'table',
    { class: 'axiom-table', 'data-testid': 'axioms', 'aria-busy': 'true' },
    html('thead', {}, head),
    body,
  );
  const say = (text: string): void => {
    said.textContent = text;
  };
  let left = false;
  const run = async (): Promise<void> => {
    const { distances } = await session.questions.offered();
    for (const option of distances) {
      const lines = await linesOf(option, session, t, say);
      if (left) return;
      body.append(...lines);
    }
    say(t.text('axiom.done'));
  };
  run()
    .catch((thrown: unknown) => {
      if (!left) notices.fail(thrown);
    })
    .finally(() => {
      table.removeAttribute('aria-busy');
    });
  host.replaceChildren(
    html('div', { class: 'axiom-lab' }, html('p', { class: 'note' }, t.text('axiom.note')), said, table),
  );
  return () => {
    left = true;
    host.replaceChildren();
  };
};
