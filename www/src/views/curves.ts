import { nextFrame, watchSurface } from '../dom/canvas';
import { html, svg } from '../dom/element';
import { thin } from '../geometry/ticks';
import { drawChart, type Level, type Line } from '../render/chart';
import { colourOf, css } from '../render/palette';
import { watchTheme, type Theme } from '../render/theme';
import type { ScorePoint } from '../session/history';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

const SEEN = css(colourOf(0));
const UNSEEN = css(colourOf(3));

interface Panel {
  readonly canvas: HTMLCanvasElement;
  size: readonly [number, number];
}

function panel(testid: string, cleanup: Cleanup, resized: () => void): Panel {
  const made: Panel = {
    canvas: html('canvas', { class: 'chart', role: 'img', 'data-testid': testid }),
    size: [0, 0],
  };
  cleanup.add(
    watchSurface(made.canvas, (width, height) => {
      made.size = [width, height];
      resized();
    }),
  );
  return made;
}

function lossLines({ session }: Page, theme: Theme): Line[] {
  const lines: Line[] = [];
  const kept = session.kept.value;
  if (kept)
    lines.push({ points: thin(kept.history.losses, 160), colour: theme.faint, width: 1, dash: [2, 3] });
  lines.push({ points: thin(session.history.value.losses, 240), colour: theme.accent });
  return lines;
}

function scoreLines(points: readonly ScorePoint[]): Line[] {
  const series = (which: 'seen' | 'unseen', colour: string, dots: boolean): Line => ({
    points: points.flatMap((point) => {
      const scores = point[which];
      return scores ? [{ at: point.step, value: scores.recall }] : [];
    }),
    colour,
    dots,
  });
  return [series('seen', SEEN, true), series('unseen', UNSEEN, true)];
}

function levels({ session }: Page): Level[] {
  const raw = session.baseline.value;
  return [
    ...(raw?.seen ? [{ value: raw.seen.recallAt1, colour: SEEN }] : []),
    ...(raw?.unseen ? [{ value: raw.unseen.recallAt1, colour: UNSEEN }] : []),
  ];
}

function key(colour: string, dashed: boolean, text: string): HTMLElement {
  const line = svg('line', {
    x1: 0,
    x2: 20,
    y1: 5,
    y2: 5,
    stroke: colour,
    'stroke-width': 2.5,
    'stroke-dasharray': dashed ? '5 3' : null,
  });
  return html(
    'span',
    { class: 'key' },
    svg('svg', { width: 20, height: 10, 'aria-hidden': 'true' }, line),
    text,
  );
}

function drawLoss({ canvas, size }: Panel, page: Page, theme: Theme): void {
  const { store, session, t } = page;
  const { step, loss } = session.progress.value;
  const chart = { lines: lossLines(page, theme), levels: [], log: store.value.log, label: String };
  drawChart(canvas, ...size, chart, theme);
  canvas.setAttribute('aria-label', t.text('curve.lossSpoken', { step, loss: t.decimal(loss, 3) }));
}

function drawScores({ canvas, size }: Panel, page: Page, theme: Theme): void {
  const { session, t } = page;
  const points = session.history.value.scores;
  const chart = {
    lines: scoreLines(points),
    levels: levels(page),
    log: false,
    range: [lowest(page), 1] as const,
    label: (value: number) => t.decimal(value, 2),
  };
  drawChart(canvas, ...size, chart, theme);
  const last = points.at(-1);
  const said = {
    seen: t.decimal(last?.seen?.recall ?? NaN, 3),
    unseen: t.decimal(last?.unseen?.recall ?? NaN, 3),
  };
  canvas.setAttribute('aria-label', t.text('curve.scoresSpoken', said));
}

/** Loss and Recall@1 over the steps; raw pixels as dashed levels. */
export const mountCurves: Mount = (host, page) => {
  const { store, session, t } = page;
  const cleanup = new Cleanup();
  let theme: Theme | null = null;
  const frame = nextFrame(() => {
    if (!theme) return;
    drawLoss(loss, page, theme);
    drawScores(scores, page, theme);
  });
  const loss = panel('loss-curve', cleanup, frame.ask);
  const scores = panel('score-curve', cleanup, frame.ask);
  const log = html('input', { type: 'checkbox', 'data-testid': 'log' });
  cleanup.listen(log, 'change', () => {
    store.set({ log: log.checked });
  });
  cleanup.add(
    watchTheme((next) => {
      theme = next;
      frame.ask();
    }),
    store.watch(['log'], (settings) => {
      log.checked = settings.log;
      frame.ask();
    }),
    session.history.onChange(frame.ask),
    session.baseline.onChange(frame.ask),
    session.kept.onChange(frame.ask),
    frame.cancel,
  );
  host.replaceChildren(
    html(
      'div',
      { class: 'heading' },
      html('h2', {}, t.text('curve.loss')),
      html('label', { class: 'check' }, log, t.text('curve.log')),
    ),
    loss.canvas,
    html('h2', {}, t.text('curve.scores')),
    scores.canvas,
    html(
      'div',
      { class: 'keys' },
      key(SEEN, false, t.text('curve.seen')),
      key(UNSEEN, false, t.text('curve.unseen')),
      key('currentColor', true, t.text('curve.raw')),
    ),
  );
  return () => {
    cleanup.run();
  };
};

/** The scores' scale starts below the lowest, so that differences near 1 can be seen. */
function lowest({ session }: Page): number {
  const values = session.history.value.scores.flatMap(({ seen, unseen }) => [
    seen?.recall ?? 1,
    unseen?.recall ?? 1,
  ]);
  const raw = session.baseline.value;
  const least = Math.min(1, ...values, raw?.seen?.recallAt1 ?? 1, raw?.unseen?.recallAt1 ?? 1);
  return Math.max(0, Math.floor((least - 0.05) * 10) / 10);
}
