import { html } from '../dom/element';
import type { MessageKey } from '../i18n/messages';
import { axiomTable } from '../lessons/axioms';
import {
  embedding,
  newcomer,
  training,
  triangle,
  voting,
  wirings,
  type FigureWords,
} from '../lessons/figures';
import type { Chosen } from '../store/link';
import type { Mount, Page } from './page';

/** A button that sets up an experiment and shows it. */
interface Try {
  readonly name:
    'emoji' | 'neighbours' | 'train' | 'plane2d' | 'unseen' | 'cosine' | 'plane' | 'softmax' | 'easy';
  readonly settings: Chosen;
}

interface Chapter {
  readonly name: 'why' | 'embedding' | 'deep' | 'classify' | 'metric' | 'parts';
  /** How many messages `story.<name>.1`, … stand beside the figure, and how many in all. */
  readonly beside: number;
  readonly paragraphs: number;
  readonly figure: (words: FigureWords) => SVGElement;
  readonly tries: readonly Try[];
}

const CHAPTERS: readonly Chapter[] = [
  {
    name: 'why',
    beside: 3,
    paragraphs: 3,
    figure: newcomer,
    tries: [{ name: 'emoji', settings: { data: 'emoji', view: 'map', role: 'unseen', colour: 'role' } }],
  },
  {
    name: 'embedding',
    beside: 3,
    paragraphs: 3,
    figure: embedding,
    tries: [
      { name: 'neighbours', settings: { data: 'mnist', view: 'map' } },
      { name: 'plane2d', settings: { data: 'mnist', dim: 2, view: 'map' } },
    ],
  },
  {
    name: 'deep',
    beside: 3,
    paragraphs: 3,
    figure: training,
    tries: [
      { name: 'train', settings: { data: 'mnist', loss: 'triplet', miner: 'semihard', view: 'map' } },
      { name: 'plane', settings: { view: 'triplet', planeLoss: 'triplet', planeDistance: 'euclidean' } },
    ],
  },
  {
    name: 'classify',
    beside: 3,
    paragraphs: 3,
    figure: voting,
    tries: [{ name: 'unseen', settings: { data: 'fashion', unseen: 2, view: 'map' } }],
  },
  {
    name: 'metric',
    beside: 1,
    paragraphs: 5,
    figure: triangle,
    tries: [{ name: 'cosine', settings: { view: 'triplet', planeDistance: 'cosine' } }],
  },
  {
    name: 'parts',
    beside: 2,
    paragraphs: 4,
    figure: wirings,
    tries: [
      { name: 'softmax', settings: { data: 'mnist', loss: 'softmax', view: 'map' } },
      { name: 'easy', settings: { data: 'mnist', loss: 'triplet', miner: 'easy', view: 'map' } },
    ],
  },
];

const AXIOMS = ['identity', 'symmetry', 'triangle'] as const;

/** Keeps a formula on one line. */
function unbroken(text: string): string {
  return text.replace(/ ([+−×<≥⇔→=]) /g, '\u00a0$1\u00a0');
}

/** An experiment with training starts from what its data set recommends: nothing is left over from the one before. */
function start(store: Page['store'], settings: Chosen): void {
  if (settings.data) {
    store.chooseData(settings.data);
    store.set({ role: 'all', colour: 'class', ...settings });
  } else {
    store.set(settings);
  }
  window.scrollTo({ top: 0 });
}

function tell({ t, store, session, notices }: Page, chapter: Chapter, number: number): HTMLElement {
  const say = (part: string): string => unbroken(t.find(`story.${chapter.name}`, part) ?? '');
  const paragraphs = Array.from({ length: chapter.paragraphs }, (_, i) => html('p', {}, say(String(i + 1))));
  const axioms =
    chapter.name === 'metric' &&
    html(
      'ul',
      { class: 'axioms' },
      ...AXIOMS.map((axiom) => html('li', {}, unbroken(t.text(`story.axiom.${axiom}` satisfies MessageKey)))),
    );
  const tries = chapter.tries.map(({ name, settings }) => {
    const button = html('button', { type: 'button', 'data-testid': `try-${name}` }, t.text(`try.${name}`));
    button.addEventListener('click', () => {
      start(store, settings);
    });
    return button;
  });
  const figure = chapter.figure({ label: say('figure'), words: say('words').split('|') });
  return html(
    'section',
    { class: 'chapter', 'data-testid': `story-${number}`, 'aria-labelledby': `story-title-${number}` },
    html('h3', { id: `story-title-${number}` }, `${number}. ${say('title')}`),
    html(
      'div',
      { class: 'chapter-body' },
      html('div', { class: 'chapter-text' }, ...paragraphs.slice(0, chapter.beside), axioms),
      figure,
    ),
    chapter.beside < chapter.paragraphs &&
      html('div', { class: 'chapter-text' }, ...paragraphs.slice(chapter.beside)),
    chapter.name === 'metric' &&
      axiomTable(
        t,
        async () => (await session.offered()).distances,
        (request) => session.axioms(request),
        (thrown) => notices.fail(thrown),
      ),
    html('div', { class: 'tries' }, html('span', { class: 'note' }, t.text('story.try')), ...tries),
  );
}

/** The lecture's story, from the question to its parts, each with an experiment to run. */
export const mountStory: Mount = (host, page) => {
  host.replaceChildren(
    html('h2', {}, page.t.text('story.title')),
    html('p', { class: 'note' }, page.t.text('story.note')),
    ...CHAPTERS.map((chapter, i) => tell(page, chapter, i + 1)),
  );
  return () => {
    host.replaceChildren();
  };
};
