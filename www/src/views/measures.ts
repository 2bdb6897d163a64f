import type { Measures, PartMeasures } from 'metriclab';
import { html } from '../dom/element';
import { className } from '../i18n/class-name';
import type { MessageKey } from '../i18n/translator';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

interface Row {
  readonly name: MessageKey;
  readonly hint: MessageKey;
  readonly value: (part: PartMeasures, page: Page) => string;
}

const number = (name: MessageKey, of: (part: PartMeasures) => number, digits = 3): Row => ({
  name,
  hint: `${name}Hint` as MessageKey,
  value: (part, { t }) => t.decimal(of(part), digits),
});
const share = (name: MessageKey, of: (part: PartMeasures) => number): Row => ({
  ...number(name, of),
  value: (part, { t }) => t.percent(of(part)),
});

const ROWS: readonly Row[] = [
  {
    ...number('measure.map95', () => 0),
    value: (
      {
        retrieval: {
          mapAtRInterval: [low, high],
        },
      },
      { t },
    ) => `${t.decimal(low, 3)}–${t.decimal(high, 3)}`,
  },
  share('measure.eer', ({ verification }) => verification.eer),
  number('measure.auc', ({ verification }) => verification.auc),
  share('measure.tar', ({ verification }) => 1 - (verification.atFmr[1]?.fnmr ?? NaN)),
  number('measure.ece', ({ verification }) => verification.calibration.expectedCalibrationError),
  number('measure.nmi', ({ nmi }) => nmi),
  number('measure.ami', ({ ami }) => ami),
  number('measure.ratio', ({ shape }) => shape.ratio, 2),
  number('measure.rank', ({ shape }) => shape.effectiveRank, 1),
  number('measure.alignment', ({ shape }) => shape.alignment, 2),
  number('measure.uniformity', ({ shape }) => shape.uniformity, 2),
  number('measure.hubs', ({ hubness }) => hubness.skewness, 2),
  share('measure.orphans', ({ hubness }) => hubness.orphans),
  share('measure.violations', ({ shape }) => shape.marginViolations),
];

/** Hardest classes that are named. */
const WORST = 3;

function block(page: Page, which: 'seen' | 'unseen', learned: Measures, raw: Measures): HTMLElement[] {
  const { t, session } = page;
  const [ours, base] = [learned[which], raw[which]];
  const absent = learned.absent.find(({ part }) => part === which);
  if (absent) return [html('p', { class: 'note', 'data-testid': `${which}-absent` }, t.error(absent.code))];
  if (!ours || !base) return [];
  const rows = ROWS.map(({ name, hint, value }) =>
    html(
      'tr',
      {},
      html('th', { scope: 'row', title: t.text(hint) }, t.text(name)),
      html('td', { class: 'number', 'data-testid': `${which}-${name}` }, value(ours, page)),
      html('td', { class: 'number' }, value(base, page)),
    ),
  );
  const head = html(
    'tr',
    {},
    html('td'),
    html('th', { scope: 'col' }, t.text('score.embedding')),
    html('th', { scope: 'col' }, t.text('score.raw')),
  );
  const caption = html(
    'caption',
    {},
    html('b', {}, t.text(which === 'seen' ? 'score.seen' : 'score.unseen')),
  );
  const data = session.data.value;
  const worst = [...ours.retrieval.classes].sort((a, b) => a.recallAt1 - b.recallAt1).slice(0, WORST);
  const classes = worst
    .map(({ label, recallAt1 }) => `${data ? className(data, label, t) : label} ${t.percent(recallAt1)}`)
    .join(', ');
  return [
    html('table', { class: 'scores' }, caption, html('thead', {}, head), html('tbody', {}, ...rows)),
    html('p', { class: 'note' }, t.text('measure.worst', { classes })),
  ];
}

/** The verdict of the collapse detector, in words. */
function collapse({ t }: Page, { seen }: Measures): HTMLElement {
  const found = seen?.collapse;
  const words = found ? t.find('measure', `collapse.${found.kind}`) : undefined;
  const text = (words ?? '')
    .replace('{spread}', t.decimal(found?.spread ?? NaN, 3))
    .replace('{share}', t.percent(found?.firstDirection ?? NaN));
  return html(
    'p',
    { class: found && found.kind !== 'none' ? 'note warning' : 'note', 'data-testid': 'collapse' },
    text,
  );
}

function openSet({ t }: Page, { openSet: found }: Measures): HTMLElement | null {
  if (!found) return null;
  const [dir = NaN, dir1 = NaN] = found.dirAtFar;
  return html(
    'p',
    { class: 'note' },
    t.text('measure.openSet', { dir: t.percent(dir), dir1: t.percent(dir1) }),
  );
}

/** What retrieval alone does not say; computed when asked. */
export const mountMeasures: Mount = (host, page) => {
  const { session, notices, t } = page;
  const cleanup = new Cleanup();
  let gone = false;
  const button = html(
    'button',
    { type: 'button', class: 'quiet', 'data-testid': 'measure' },
    t.text('measure.button'),
  );
  const note = html('p', { class: 'note', role: 'status' }, t.text('measure.none'));
  const body = html('div', { class: 'score-blocks', 'data-testid': 'measures' });
  cleanup.listen(button, 'click', () => {
    button.disabled = true;
    note.textContent = t.text('measure.busy');
    session
      .measures()
      .then(([learned, raw]) => {
        if (gone) return;
        note.textContent = t.text('measure.note', { step: t.whole(learned.step) });
        const more = openSet(page, learned);
        body.replaceChildren(
          collapse(page, learned),
          ...block(page, 'seen', learned, raw),
          ...block(page, 'unseen', learned, raw),
          ...(more ? [more] : []),
        );
      })
      .catch((thrown: unknown) => {
        notices.fail(thrown);
        note.textContent = t.text('measure.none');
      })
      .finally(() => {
        button.disabled = false;
      });
  });
  host.replaceChildren(html('details', {}, html('summary', {}, t.text('measure.title')), button, note, body));
  return () => {
    gone = true;
    cleanup.run();
  };
};
