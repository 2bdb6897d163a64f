import type { Evaluation, RetrievalScores } from 'metriclab';
import { html } from '../dom/element';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

type Scores = RetrievalScores | null | undefined;
type Score = 'recallAt1' | 'recallAtK' | 'mapAtR';
const SCORES: readonly Score[] = ['recallAt1', 'recallAtK', 'mapAtR'];

function value(scores: Scores, score: Score, { t }: Page): string {
  return scores ? t.decimal(scores[score], 3) : '–';
}

function interval(scores: Scores, { t }: Page): string {
  if (!scores) return '';
  const [low, high] = scores.recallAt1Interval;
  return `${t.decimal(low, 3)}–${t.decimal(high, 3)}`;
}

/** One score of a kind of classes: of the embedding, and of the raw pixels. */
function row(page: Page, which: 'seen' | 'unseen', score: Score, ours: Scores, base: Scores): HTMLElement {
  const { t } = page;
  const name = t.text(`score.${score}`, { k: ours?.k ?? base?.k ?? 5 });
  const better = ours && base ? (ours[score] > base[score] ? 'better' : 'worse') : '';
  const number = html(
    'td',
    { class: `number ${better}`, 'data-testid': `${which}-${score}` },
    value(ours, score, page),
  );
  const rawNumber = html(
    'td',
    { class: 'number', 'data-testid': `${which}-raw-${score}` },
    value(base, score, page),
  );
  if (score === 'recallAt1') {
    number.append(html('small', { 'data-testid': `${which}-interval` }, interval(ours, page)));
    rawNumber.append(html('small', {}, interval(base, page)));
  }
  const title = t.text(`score.${score}Hint`);
  return html('tr', {}, html('th', { scope: 'row', title }, name), number, rawNumber);
}

/** One column group: a kind of classes, the embedding beside the raw pixels. */
function block(
  page: Page,
  which: 'seen' | 'unseen',
  learned: Evaluation | null,
  raw: Evaluation | null,
): HTMLElement {
  const { t } = page;
  const ours = learned?.[which];
  const base = raw?.[which];
  const rows = SCORES.map((score) => row(page, which, score, ours, base));
  const queries = ours ?? base;
  const caption = html(
    'caption',
    {},
    html(
      'b',
      {},
      t.text(
        which === 'seen'
          ? learned?.seenIsTraining === true
            ? 'score.seenTraining'
            : 'score.seen'
          : 'score.unseen',
      ),
    ),
  );
  if (queries)
    caption.append(
      ' ',
      html(
        'span',
        {},
        t.text(queries.crossDomain ? 'score.queriesAcross' : 'score.queries', {
          queries: queries.queries,
          classes: queries.classes,
        }),
      ),
    );
  const head = html(
    'tr',
    {},
    html('td'),
    html('th', { scope: 'col' }, t.text('score.embedding')),
    html('th', { scope: 'col' }, t.text('score.raw')),
  );
  return html('table', { class: 'scores' }, caption, html('thead', {}, head), html('tbody', {}, ...rows));
}

/** How good the embedding is, beside what raw pixels give without any learning. */
export const mountScores: Mount = (host, page) => {
  const { session, t } = page;
  const cleanup = new Cleanup();
  const body = html('div', { class: 'score-blocks' });
  const note = html('p', { class: 'note' });
  const show = (): void => {
    const learned = session.evaluation.value;
    const raw = session.baseline.value;
    const unseen = session.info.value !== null && session.info.value.config.unseenClasses > 0;
    body.replaceChildren(
      block(page, 'seen', learned, raw),
      unseen ? block(page, 'unseen', learned, raw) : html('p', { class: 'note' }, t.text('score.noUnseen')),
    );
    note.textContent = learned
      ? t.text('score.at', { step: t.whole(learned.step) })
      : t.text('score.waiting');
  };
  cleanup.add(session.evaluation.watch(show), session.baseline.onChange(show), session.info.onChange(show));
  host.replaceChildren(html('h2', {}, t.text('score.title')), body, note);
  return () => {
    cleanup.run();
  };
};
