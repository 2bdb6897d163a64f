import { html } from '../dom/element';
import { throttled } from '../dom/tasks';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

/** A screen reader is told the numbers this often while training. */
const SPEAK_MS = 8000;

function button(testid: string, text: string, press: () => void, kind = ''): HTMLButtonElement {
  const element = html('button', { type: 'button', class: kind, 'data-testid': testid }, text);
  element.addEventListener('click', press);
  return element;
}

function figure(
  testid: string,
  label: string,
  hint: string,
): { readonly element: HTMLElement; readonly value: HTMLElement } {
  const value = html('output', { 'data-testid': testid }, '–');
  return { element: html('div', { class: 'figure', title: hint }, html('span', {}, label), value), value };
}

function readouts(page: Page, cleanup: Cleanup): readonly HTMLElement[] {
  const { session, t } = page;
  const step = figure('step', t.text('readout.step'), t.text('readout.stepHint'));
  const rate = figure('rate', t.text('readout.rate'), t.text('readout.rateHint'));
  const loss = figure('loss', t.text('readout.loss'), t.text('readout.lossHint'));
  const active = figure('active', t.text('readout.active'), t.text('readout.activeHint'));
  cleanup.add(
    session.progress.watch((now) => {
      step.value.textContent = t.whole(now.step);
      rate.value.textContent = now.rate > 0 ? t.decimal(now.rate, now.rate < 10 ? 1 : 0) : '–';
      loss.value.textContent = t.decimal(now.loss, 3);
      active.value.textContent = t.percent(now.active);
    }),
  );
  return [step, rate, loss, active].map(({ element }) => element);
}

function spoken(page: Page, cleanup: Cleanup): HTMLElement {
  const { session, t } = page;
  const live = html('p', { class: 'unseen-text', 'aria-live': 'polite', 'data-testid': 'spoken' });
  const speak = throttled(SPEAK_MS, () => {
    const { step, loss } = session.progress.value;
    if (step === 0) return;
    const scores = session.evaluation.value?.seen;
    const recall = scores ? t.percent(scores.recallAt1) : '–';
    live.textContent = t.text('readout.spoken', { step: t.whole(step), loss: t.decimal(loss, 3), recall });
  });
  cleanup.add(session.progress.onChange(speak.ask), speak.cancel);
  return live;
}

export const mountTrainBar: Mount = (host, page) => {
  const { session, t } = page;
  const cleanup = new Cleanup();
  const train = button(
    'train',
    t.text('train.train'),
    () => {
      if (session.training.value) session.pause();
      else session.train();
    },
    'primary',
  );
  const step = button('step-once', t.text('train.step'), () => {
    session.step();
  });
  const reset = button('reset', t.text('train.reset'), () => {
    session.reset();
  });
  const undo = button('bring-back', '', () => {
    session.bringBack();
  });
  undo.classList.add('quiet');
  train.title = t.text('train.trainHint');
  step.title = t.text('train.stepHint');
  reset.title = t.text('train.resetHint');
  undo.title = t.text('train.bringBackHint');
  const show = (): void => {
    const ready = session.phase.value === 'ready';
    train.textContent = session.training.value ? t.text('train.pause') : t.text('train.train');
    train.disabled = !ready && !session.training.value;
    step.disabled = !ready;
    reset.disabled = !ready;
  };
  cleanup.add(
    session.training.watch(show),
    session.phase.watch(show),
    session.kept.watch((run) => {
      undo.hidden = run === null;
      if (run) undo.textContent = t.text('train.bringBack', { step: t.whole(run.step) });
    }),
  );
  host.replaceChildren(
    html('div', { class: 'buttons' }, train, step, reset, undo),
    html('div', { class: 'figures' }, ...readouts(page, cleanup)),
    spoken(page, cleanup),
  );
  return () => {
    cleanup.run();
  };
};
