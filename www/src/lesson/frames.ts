import type { FigureName } from '../figures/registry';
import { page } from '../state/page.svelte';
import { chapterOf, LABORATORY, type ChapterId, type Scene } from './chapters';

interface Frame {
  readonly figure: FigureName;
  readonly settings?: Readonly<Record<string, string>>;
}

/** The figure of most steps of a chapter. */
const OF_CHAPTER: Readonly<Record<ChapterId, Frame>> = {
  why: { figure: 'newcomer' },
  embedding: { figure: 'embedding' },
  deep: { figure: 'triplet' },
  helps: { figure: 'help' },
  axioms: { figure: 'axioms' },
  metrics: { figure: 'which' },
  choices: { figure: 'compare' },
  uses: { figure: 'needs' },
};
/** Steps with another figure, or other settings of it. */
const OF_SCENE: Readonly<Partial<Record<Scene, Frame>>> = {
  'why.instance': { figure: 'search' },
  'why.change': { figure: 'search' },
  'embedding.alike': { figure: 'embedding', settings: { alike: 'true' } },
  'embedding.cut': { figure: 'cut' },
  'deep.lineup': { figure: 'lineup' },
  'helps.names': { figure: 'wiring', settings: { start: 'classifier' } },
  'helps.views': { figure: 'views' },
  'helps.pairs': { figure: 'pairs' },
  'axioms.already': { figure: 'axioms', settings: { distance: 'cosine' } },
  'metrics.balls': { figure: 'balls' },
  'metrics.faint': { figure: 'which', settings: { change: 'faint' } },
  'metrics.amount': { figure: 'which', settings: { change: 'amount' } },
  'metrics.moved': { figure: 'which', settings: { change: 'moved' } },
  'metrics.hidden': { figure: 'which', settings: { change: 'hidden' } },
  'helps.seeds': { figure: 'recorded' },
  'choices.gaps': { figure: 'compare', settings: { chart: 'true' } },
  'choices.pull': { figure: 'forces' },
  'choices.height': { figure: 'forces', settings: { height: 'true' } },
  'choices.wiring': { figure: 'wiring' },
  'choices.code': { figure: 'code' },
  'uses.faces': { figure: 'gate' },
  'uses.products': { figure: 'products' },
  'uses.voices': { figure: 'needs', settings: { use: 'voices' } },
  'uses.recommendation': { figure: 'needs', settings: { use: 'recommendation' } },
};

/** The figure that a step shows, as the registry names it. */
export function frameOf(scene: Scene): Frame {
  return OF_SCENE[scene] ?? OF_CHAPTER[chapterOf(scene)];
}

/** The whole address of a step. */
export function addressOf(scene: Scene): string {
  return new URL(page.at('learn/', `#${scene}`), window.location.href).href;
}

/** The laboratory with the chapter's settings; its link back leads to this step. */
export function laboratoryOf(scene: Scene): string {
  return page.lab(`${LABORATORY[chapterOf(scene)]}&from=${scene}`);
}

/** Markup that shows a step's figure in another page. */
export function embedCode(scene: Scene): string {
  const { figure, settings } = frameOf(scene);
  const address = new URL(page.at('embed/'), window.location.href);
  for (const [name, value] of Object.entries({ figure, ...settings })) address.searchParams.set(name, value);
  // An address holds neither quotes nor angles, but an ampersand is written out in an attribute.
  const source = address.href.replaceAll('&', '&amp;');
  return `<iframe src="${source}" title="metriclab: ${figure}" width="800" height="640" loading="lazy"></iframe>`;
}
