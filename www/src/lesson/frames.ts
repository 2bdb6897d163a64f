import { FIGURES, type FigureEntry, type FigureName } from '../figures/registry';
import { embedOf } from '../figures/embed-code';
import { fragmentOf, printed, readSettings, type Told, type Value } from '../figures/settings';
import { START } from '../figures/triplet/triplet.svelte';
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
  'why.change': { figure: 'search', settings: { changes: 'true' } },
  'why.needs': { figure: 'needs' },
  'embedding.narrow': { figure: 'embedding', settings: { named: 'true' } },
  'embedding.alike': { figure: 'embedding', settings: { alike: 'true' } },
  'embedding.sphere': { figure: 'sphere' },
  'embedding.cut': { figure: 'cut' },
  'deep.parts': { figure: 'wiring', settings: { start: 'triplet' } },
  'deep.triplet': {
    figure: 'triplet',
    settings: { shows: 'distances', points: '-0.4,0.05,0.25,0.5,0.45,-0.65' },
  },
  'deep.zones': { figure: 'triplet', settings: { shows: 'zones' } },
  'deep.move': { figure: 'triplet', settings: { shows: 'forces' } },
  'deep.metric': {
    figure: 'triplet',
    settings: { shows: 'metrics', metric: 'manhattan', points: '0.6,0.05,0.75,0.75,1.2,-0.35' },
  },
  'deep.miner': { figure: 'miner' },
  'deep.lineup': { figure: 'lineup' },
  'deep.collapse': { figure: 'collapse', settings: { waits: 'true' } },
  'helps.names': { figure: 'wiring', settings: { start: 'classifier' } },
  'helps.views': { figure: 'views' },
  'helps.pairs': { figure: 'pairs' },
  'axioms.similar': { figure: 'axioms', settings: { shows: 'number' } },
  'axioms.identity': { figure: 'axioms', settings: { shows: 'identity' } },
  'axioms.symmetry': { figure: 'axioms', settings: { shows: 'symmetry' } },
  'axioms.triangle': { figure: 'axioms', settings: { shows: 'triangle' } },
  'axioms.already': { figure: 'axioms', settings: { shows: 'triangle', distance: 'cosine' } },
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
  'uses.voices': { figure: 'voices' },
  'uses.recommendation': { figure: 'recommend' },
};

/** The figure that a step shows, as the registry names it. */
export function frameOf(scene: Scene): Frame {
  return OF_SCENE[scene] ?? OF_CHAPTER[chapterOf(scene)];
}

/** The settings of a step's figure: those of the step, and over them what the reader did. */
export function settingsOf(scene: Scene, told: Told): Record<string, Value> {
  const { figure, settings } = frameOf(scene);
  const entry: FigureEntry = FIGURES[figure];
  return readSettings(entry.settings, (name) => told[name] ?? settings?.[name] ?? null);
}

/** The whole address of a step, with what the reader did to its figure. */
export function addressOf(scene: Scene, told: Told): string {
  return new URL(page.at('learn/', fragmentOf(scene, told)), window.location.href).href;
}

/** The laboratory with the chapter's settings, or with this triplet; its link back leads to this step. */
export function laboratoryOf(scene: Scene, told: Told): string {
  return page.lab(`${triplet(scene, told) ?? LABORATORY[chapterOf(scene)]}&from=${scene}`);
}

/** A triplet as the laboratory's link carries it; null for another figure. */
function triplet(scene: Scene, told: Told): string | null {
  if (frameOf(scene).figure !== 'triplet') return null;
  const { points, margin, metric } = settingsOf(scene, told);
  const query = new URLSearchParams({ view: 'triplet', tl: 'triplet' });
  query.set('pts', printed((points as readonly number[] | undefined) ?? START.points));
  query.set('tm', String(margin ?? START.margin));
  query.set('td', String(metric ?? START.metric));
  return query.toString();
}

/** Markup that shows a step's figure, as the reader left it, in another page. */
export function embedCode(scene: Scene, told: Told): string {
  const { figure, settings } = frameOf(scene);
  return embedOf(figure, { ...settings, ...told });
}
