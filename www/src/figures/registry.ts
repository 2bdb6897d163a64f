import type { Component } from 'svelte';
import { RULES } from './axioms/axioms.svelte';
import { RECIPES } from './compare/recipes';
import { SOURCES } from './gallery/sources';
import { CHANGES } from './metrics/changes';
import type { Settings } from './settings';
import { METRICS } from './triplet/triplet.svelte';
import { WIRINGS } from './wiring/shapes';

/** A component whose properties are known to its entry alone. */
type Shown = Component<Record<string, unknown>>;

export interface FigureEntry {
  readonly load: () => Promise<{ readonly default: Shown }>;
  /** Whether it shows the newcomer experiment's two networks, its property `run`. */
  readonly needsRun: boolean;
  /** Properties that an attribute or a link may set. */
  readonly settings: Settings;
}

interface Loading<Props extends object> {
  readonly load: () => Promise<{ readonly default: Component<Props> }>;
  readonly needsRun?: boolean;
  readonly settings?: Settings;
}

function figure<Props extends object>({
  load,
  needsRun = false,
  settings = {},
}: Loading<Props>): FigureEntry {
  return { load: load as unknown as FigureEntry['load'], needsRun, settings };
}

/** Every figure by the name that links, frames and the custom element use. A figure is fetched when it is shown. */
export const FIGURES = {
  newcomer: figure({ load: () => import('./newcomer/NewcomerFigure.svelte') }),
  search: figure({ load: () => import('./search/SearchFigure.svelte'), needsRun: true }),
  embedding: figure({
    load: () => import('./embedding/EmbeddingFigure.svelte'),
    needsRun: true,
    settings: { alike: { kind: 'flag' } },
  }),
  cut: figure({ load: () => import('./embedding/CutFigure.svelte'), needsRun: true }),
  triplet: figure({
    load: () => import('./triplet/TripletFigure.svelte'),
    settings: {
      margin: { kind: 'number', least: 0.05, most: 1 },
      metric: { kind: 'choice', of: METRICS },
    },
  }),
  lineup: figure({ load: () => import('./lineup/LineUpFigure.svelte'), needsRun: true }),
  gallery: figure({
    load: () => import('./gallery/GalleryFigure.svelte'),
    settings: { source: { kind: 'choice', of: SOURCES } },
  }),
  which: figure({
    load: () => import('./metrics/WhichFigure.svelte'),
    settings: { change: { kind: 'choice', of: CHANGES } },
  }),
  balls: figure({ load: () => import('./balls/BallsFigure.svelte') }),
  axioms: figure({
    load: () => import('./axioms/AxiomsFigure.svelte'),
    settings: { distance: { kind: 'choice', of: RULES } },
  }),
  views: figure({ load: () => import('./views/ViewsFigure.svelte') }),
  pairs: figure({ load: () => import('./views/PairsFigure.svelte') }),
  help: figure({ load: () => import('./help/HelpFigure.svelte') }),
  recorded: figure({ load: () => import('./help/RecordedFigure.svelte') }),
  wiring: figure({
    load: () => import('./wiring/WiringFigure.svelte'),
    settings: { start: { kind: 'choice', of: WIRINGS } },
  }),
  compare: figure({
    load: () => import('./compare/CompareFigure.svelte'),
    settings: { chart: { kind: 'flag' } },
  }),
  forces: figure({
    load: () => import('./forces/ForcesFigure.svelte'),
    settings: { height: { kind: 'flag' }, loss: { kind: 'choice', of: RECIPES } },
  }),
  code: figure({ load: () => import('./code/CodeFigure.svelte') }),
  gate: figure({ load: () => import('./gate/GateFigure.svelte'), needsRun: true }),
  products: figure({ load: () => import('./products/ProductsFigure.svelte') }),
  needs: figure({
    load: () => import('./needs/NeedsFigure.svelte'),
    settings: { use: { kind: 'choice', of: ['faces', 'voices', 'products', 'recommendation'] } },
  }),
} as const satisfies Readonly<Record<string, FigureEntry>>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];

/** The figure of that name, if there is one. */
export function figureNamed(name: string | null): FigureName | undefined {
  return FIGURE_NAMES.find((one) => one === name);
}
