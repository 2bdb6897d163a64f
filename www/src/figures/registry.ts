import type { Component } from 'svelte';
import { VIEWS as AXIOM_VIEWS } from './axioms/views';
import { COLLAPSES } from './collapse/recipes';
import { RECIPES } from './compare/recipes';
import { SOURCES } from './gallery/sources';
import { SPACES } from './gate/spaces';
import { CHANGES } from './metrics/changes';
import { USES } from './needs/uses';
import { SMALL_MINERS, SMALL_SETTINGS } from './run/choices';
import type { Settings } from './settings';
import { VIEWS as RECOMMEND_VIEWS } from './recommend/views';
import { MARGIN } from './triplet/corners';
import { METRICS, VIEWS as TRIPLET_VIEWS } from './triplet/triplet.svelte';
import { CHANGES as VIEW_CHANGES } from './views/changes';
import { WIRINGS } from './wiring/shapes';

/** A component whose properties are known to its entry alone. */
type Shown = Component<Record<string, unknown>>;

export interface FigureEntry {
  readonly load: () => Promise<{ readonly default: Shown }>;
  /** Whether it shows the newcomer experiment's two networks, its property `run`. */
  readonly needsRun: boolean;
  /** Whether it shows them while they learn, and what fails. */
  readonly watchesRun: boolean;
  /** Properties that an attribute or a link may set. */
  readonly settings: Settings;
}

interface Loading<Props extends object> {
  readonly load: () => Promise<{ readonly default: Component<Props> }>;
  readonly needsRun?: boolean;
  readonly watchesRun?: boolean;
  readonly settings?: Settings;
}

function figure<Props extends object>({
  load,
  needsRun = false,
  watchesRun = false,
  settings = {},
}: Loading<Props>): FigureEntry {
  return { load: load as unknown as FigureEntry['load'], needsRun, watchesRun, settings };
}

/** Every figure by the name that links, frames and the custom element use. A figure is fetched when it is shown. */
export const FIGURES = {
  newcomer: figure({
    load: () => import('./newcomer/NewcomerFigure.svelte'),
    needsRun: true,
    watchesRun: true,
  }),
  search: figure({
    load: () => import('./search/SearchFigure.svelte'),
    needsRun: true,
    settings: {
      changes: { kind: 'flag' },
      turn: { kind: 'number', least: 0, most: 1e4 },
      picked: { kind: 'number', least: 0, most: 1e6 },
      deleted: { kind: 'numbers', least: 0, most: 1e6 },
    },
  }),
  embedding: figure({
    load: () => import('./embedding/EmbeddingFigure.svelte'),
    needsRun: true,
    settings: { alike: { kind: 'flag' }, named: { kind: 'flag' } },
  }),
  sphere: figure({
    load: () => import('./sphere/SphereFigure.svelte'),
    settings: {
      angles: { kind: 'numbers', count: 2, least: -180, most: 180 },
      steps: { kind: 'number', least: 0, most: 2000 },
    },
  }),
  cut: figure({
    load: () => import('./embedding/CutFigure.svelte'),
    needsRun: true,
    settings: {
      kept: { kind: 'number', least: 2, most: 64 },
      turn: { kind: 'number', least: 0, most: 1e4 },
      nested: { kind: 'flag' },
    },
  }),
  triplet: figure({
    load: () => import('./triplet/TripletFigure.svelte'),
    settings: {
      shows: { kind: 'choice', of: TRIPLET_VIEWS },
      points: { kind: 'numbers', count: 6, least: -8, most: 8 },
      margin: { kind: 'number', ...MARGIN },
      metric: { kind: 'choice', of: METRICS },
      from: { kind: 'numbers', count: 6, least: -8, most: 8 },
      followed: { kind: 'number', least: 0, most: 200 },
    },
  }),
  lineup: figure({
    load: () => import('./lineup/LineUpFigure.svelte'),
    needsRun: true,
    settings: { temperature: { kind: 'number', least: 0.02, most: 1 } },
  }),
  gallery: figure({
    load: () => import('./gallery/GalleryFigure.svelte'),
    settings: { source: { kind: 'choice', of: SOURCES }, asked: { kind: 'number', least: 0, most: 1e6 } },
  }),
  which: figure({
    load: () => import('./metrics/WhichFigure.svelte'),
    settings: {
      change: { kind: 'choice', of: CHANGES },
      picked: { kind: 'number', least: 0, most: 99 },
      sixth: { kind: 'name' },
    },
  }),
  balls: figure({
    load: () => import('./balls/BallsFigure.svelte'),
    settings: {
      points: { kind: 'numbers', count: 4, least: -8, most: 8 },
      shares: { kind: 'numbers', count: 6, least: 0, most: 1 },
      metric: { kind: 'name' },
      histograms: { kind: 'name' },
    },
  }),
  axioms: figure({
    load: () => import('./axioms/AxiomsFigure.svelte'),
    settings: {
      shows: { kind: 'choice', of: AXIOM_VIEWS },
      points: { kind: 'numbers', count: 6, least: -8, most: 8 },
      shares: { kind: 'numbers', count: 9, least: 0, most: 1 },
      distance: { kind: 'name' },
    },
  }),
  views: figure({
    load: () => import('./views/ViewsFigure.svelte'),
    settings: {
      changes: { kind: 'some', of: VIEW_CHANGES },
      picture: { kind: 'number', least: 0, most: 199 },
      seed: { kind: 'number', least: 0, most: 1e6 },
    },
  }),
  pairs: figure({
    load: () => import('./views/PairsFigure.svelte'),
    settings: { labelled: { kind: 'flag' }, turn: { kind: 'number', least: 0, most: 19 } },
  }),
  help: figure({
    load: () => import('./help/HelpFigure.svelte'),
    settings: { labels: { kind: 'name' }, seed: { kind: 'number', least: 1, most: 999 } },
  }),
  recorded: figure({
    load: () => import('./help/RecordedFigure.svelte'),
    settings: { labels: { kind: 'name' } },
  }),
  wiring: figure({
    load: () => import('./wiring/WiringFigure.svelte'),
    settings: {
      start: { kind: 'choice', of: WIRINGS },
      classes: { kind: 'number', least: 2, most: 64 },
      each: { kind: 'number', least: 2, most: 64 },
      dim: { kind: 'number', least: 2, most: 512 },
    },
  }),
  compare: figure({
    load: () => import('./compare/CompareFigure.svelte'),
    settings: {
      chart: { kind: 'flag' },
      losses: { kind: 'some', of: RECIPES },
      steps: { kind: 'number', least: 0, most: 2000 },
    },
  }),
  forces: figure({
    load: () => import('./forces/ForcesFigure.svelte'),
    settings: {
      height: { kind: 'flag' },
      loss: { kind: 'choice', of: RECIPES },
      points: { kind: 'numbers', count: 6, least: -8, most: 8 },
      weights: { kind: 'numbers', count: 4, least: -8, most: 8 },
      picked: { kind: 'number', least: 0, most: 2 },
      from: { kind: 'numbers', least: -8, most: 8 },
      followed: { kind: 'number', least: 0, most: 150 },
    },
  }),
  code: figure({
    load: () => import('./code/CodeFigure.svelte'),
    settings: {
      loss: { kind: 'name' },
      margin: { kind: 'number', least: 0.05, most: 1 },
      semihard: { kind: 'flag' },
    },
  }),
  map: figure({ load: () => import('./map/MapFigure.svelte'), settings: SMALL_SETTINGS }),
  matrix: figure({ load: () => import('./matrix/MatrixFigure.svelte'), settings: SMALL_SETTINGS }),
  confusion: figure({ load: () => import('./confusion/ConfusionFigure.svelte'), settings: SMALL_SETTINGS }),
  river: figure({ load: () => import('./river/RiverFigure.svelte'), settings: SMALL_SETTINGS }),
  miner: figure({
    load: () => import('./miner/MinerFigure.svelte'),
    settings: {
      miner: { kind: 'choice', of: SMALL_MINERS },
      steps: { kind: 'number', least: 0, most: 2000 },
      anchor: { kind: 'number', least: 0, most: 1000 },
    },
  }),
  collapse: figure({
    load: () => import('./collapse/CollapseFigure.svelte'),
    settings: {
      waits: { kind: 'flag' },
      recipe: { kind: 'choice', of: COLLAPSES },
      steps: { kind: 'number', least: 0, most: 2000 },
      cured: { kind: 'number', least: 0, most: 2000 },
    },
  }),
  gate: figure({
    load: () => import('./gate/GateFigure.svelte'),
    settings: {
      space: { kind: 'choice', of: SPACES },
      limit: { kind: 'number', least: 0, most: 2 },
      steps: { kind: 'number', least: 0, most: 600 },
      visitor: { kind: 'number', least: 0, most: 1e4 },
    },
  }),
  products: figure({
    load: () => import('./products/ProductsFigure.svelte'),
    settings: { picked: { kind: 'number', least: 0, most: 319 } },
  }),
  voices: figure({ load: () => import('./voices/VoicesFigure.svelte') }),
  describe: figure({
    load: () => import('./describe/DescribeFigure.svelte'),
    settings: { text: { kind: 'text', most: 200 }, steps: { kind: 'number', least: 0, most: 2000 } },
  }),
  recommend: figure({
    load: () => import('./recommend/RecommendFigure.svelte'),
    settings: {
      shows: { kind: 'choice', of: RECOMMEND_VIEWS },
      picks: { kind: 'numbers', least: 0, most: 1e5 },
      item: { kind: 'number', least: 0, most: 1e5 },
      steps: { kind: 'number', least: 0, most: 4000 },
    },
  }),
  needs: figure({
    load: () => import('./needs/NeedsFigure.svelte'),
    settings: { use: { kind: 'choice', of: USES } },
  }),
} as const satisfies Readonly<Record<string, FigureEntry>>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];

/** The figure of that name, if there is one. */
export function figureNamed(name: string | null): FigureName | undefined {
  return FIGURE_NAMES.find((one) => one === name);
}
