import type { Measures, PartMeasures } from 'metriclab';
import { html } from '../dom/element';
import { className } from '../i18n/class-name';
import type { MessageKey, Translator } from '../i18n/translator';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

/** A measure with a message and a hint: `measure.eer` and `measure.eerHint`. */
type Name = Named<MessageKey>;
type Named<Key> = Key extends `measure.${infer N}Hint` ? N : never;

interface Row {
  readonly name: Name;
  readonly value: (part: PartMeasures, t: Translator) => string;
}

const number = (name: Name, of: (part: PartMeasures) => number, digits = 3): Row => ({
  name,
  value: (part, t) => t.decimal(of(part), digits),
});
const share = (name: Name, of: (part: PartMeasures) => number): Row => ({
  name,
  value: (part, t) => t.percent(of(part)),
});

const ROWS: readonly Row[] = [
  {
    name: 'map95',
    value: ({ retrieval }, t) => retrieval.mapAtRInterval.map((end) => t.decimal(end, 3)).join('–'),
  },
  share('eer', ({ verification }) => verification.eer),
  number('auc', ({ verification }) => verification.auc),
  share('tar', ({ verification }) => 1 - (verification.atFmr[1]?.fnmr ?? NaN)),
  number('ece', ({ verification }) => verification.calibration.expectedCalibrationError),
  number('nmi', ({ nmi }) => nmi),
  number('ami', ({ ami }) => ami),
  number('ratio', ({ shape }) => shape.ratio, 2),
  number('rank', ({ shape }) => shape.effectiveRank, 1),
  number('alignment', ({ shape }) => shape.alignment, 2),
  number('uniformity', ({ shape }) => shape.uniformity, 2),
  number('hubs', ({ hubness }) => hubness.skewness, 2),
  share('orphans', ({ hubness }) => hubness.orphans),
  share('violations', ({ shape }) => shape.marginViolations),
];

/** Hardest classes that are named. */
const WORST = 3;

function block(page: Page, which: 'seen' | 'unseen', learned: Measures, raw: Measures): HTMLElement[] {
  const { t, session } = page;
  const [ours, base] = [learned[which], raw[which]];
  const absent = learned.absent.find(({ part }) => part === which);
  if (absent) return [html('p', { class: 'note', 'data-testid': `${which}-absent` }, t.error(absent.code))];
  if (!ours || !base) return [];
  const rows = ROWS.map(({ name, value }) =>
    html(
      'tr',
      {},
      html('th', { scope: 'row', title: t.text(`measure.${name}Hint`) }, t.text(`measure.${name}`)),
      html('td', { class: 'number', 'data-testid': `${which}-measure.${name}` }, value(ours, t)),
      html('td', { class: 'number' }, value(base, t)),
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
  const ill = found !== undefined && found.kind !== 'none';
  const text =
    found &&
    t.text(`measure.collapse.${found.kind}`, {
      spread: t.decimal(found.spread, 3),
      share: t.percent(found.firstDirection),
    });
  return html('p', { class: ill ? 'note warning' : 'note', 'data-testid': 'collapse' }, text);
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

/** Measures beside retrieval; computed when asked. */
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
    session.questions
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
