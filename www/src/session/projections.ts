import type { Picture } from 'metriclab';
import { throttled } from '../dom/tasks';
import type { Frame } from '../geometry/camera';
import { spread, wholeNumbers } from '../projection/sample';
import type { Settings } from '../store/settings';
import { Signal } from '../store/signal';
import type { Store } from '../store/store';
import { Drawings, PARAMETERS, type Layout, type Moment } from './drawings';
import { lookAt, nearIn, type Look } from './look';
import type { Notices } from './notices';
import type { Selection } from './selection';
import type { Session } from './session';
import { seenFrom, SpaceRows, type Space } from './space';
import { trailsOf, type Trails } from './trails';

/** Parameters that are still being changed ask for nothing yet. */
const SETTLE_MS = 700;

/** Where the map's points lie: by PCA as the engine draws it, by t-SNE or UMAP from `drawings`, or turned in space. */
export class Projections {
  /** Places of all points as they are shown now; NaN for those without. */
  readonly places = new Signal<Float32Array | null>(null);
  /** The picture by t-SNE or UMAP that is shown; null while PCA is. */
  readonly layout = new Signal<Layout | null>(null);
  readonly space: Signal<Space | null>;
  /** Null where the map can have none. */
  readonly trails = new Signal<Trails | null>(null);
  readonly look = new Signal<Look | null>(null);
  readonly drawings: Drawings;

  readonly #store: Store;
  readonly #session: Session;
  readonly #selection: Selection;
  readonly #spaceRows: SpaceRows;
  /** Chooses points by chance, in the same order for the same seed of the link. */
  #below: (bound: number) => number;
  /** The samples of the engine's pictures while a sweep is not complete: as many as can be told apart. */
  #sample = new Set<number>();
  /** How near to the viewer each point is, from 1 to 255; null in the plane. */
  #depths: Uint8Array | null = null;

  constructor(store: Store, session: Session, selection: Selection, notices: Notices) {
    this.#store = store;
    this.#session = session;
    this.#selection = selection;
    this.drawings = new Drawings(store, session, notices, {
      show: (layout) => {
        this.layout.set(layout);
        this.#place();
      },
      goBack: () => {
        this.#show(false);
      },
      turned: () => (this.inSpace ? this.#store.value.angles : null),
    });
    this.#spaceRows = new SpaceRows(store, session, notices, {
      ids: () => this.#spaceIds(),
      place: () => {
        this.#place();
      },
    });
    this.space = this.#spaceRows.space;
    this.#below = wholeNumbers(store.value.seed);
    this.#followSettings();
    this.#followSession();
    this.#followSelection();
  }

  #followSettings(): void {
    const store = this.#store;
    store.onChange(['seed'], () => {
      this.#below = wholeNumbers(store.value.seed);
    });
    const renew = throttled(SETTLE_MS, () => {
      if (store.value.projection !== 'pca') this.#show(true);
    });
    store.onChange(['projection'], () => {
      this.drawings.cancel();
      this.#show(true);
    });
    store.onChange(PARAMETERS, () => {
      this.drawings.cancel();
      renew.ask();
    });
    store.onChange(['selected', 'k', 'all'], () => {
      this.#lookOrPlace();
    });
    store.onChange(['space', 'angles'], () => {
      this.#place();
    });
    store.onChange(['trails', 'selected'], () => {
      this.#trail();
    });
  }

  #followSession(): void {
    const { data, phase, picture, progress, timeline } = this.#session;
    data.onChange(() => {
      this.drawings.clear();
      this.#sample = new Set();
      this.space.set(null);
      this.#show(false);
    });
    phase.onChange((now) => {
      if (now === 'ready') this.#show(true);
    });
    picture.onChange(() => {
      if (!this.layout.value) this.#place();
    });
    timeline.kept.onChange(() => {
      this.#trail();
    });
    // The last step of a training may come without another picture.
    progress.onChange(() => {
      if (this.inSpace && !this.#session.training.value) void this.#spaceRows.ask();
    });
    timeline.shown.onChange(() => {
      this.#place();
    });
  }

  #followSelection(): void {
    const { embedding, hovered } = this.#selection;
    embedding.onChange(() => {
      this.#lookOrPlace();
    });
    hovered.onChange(() => {
      if (this.inSpace) void this.#spaceRows.ask();
    });
  }

  /** Whether something is of the step that the session stands at. */
  isFresh({ info, step }: Moment): boolean {
    return this.ofThisSession({ info }) && step === this.#session.progress.value.step;
  }

  ofThisSession({ info }: Pick<Moment, 'info'>): boolean {
    return info === this.#session.info.value;
  }

  /** A point that is shown, by chance; -1 for none. */
  any(): number {
    const count = this.#session.data.value?.count ?? 0;
    const all = this.#store.value.all ? this.#session.picture.value?.indices : this.shownSample;
    const sample = this.drawn?.sample ?? all;
    const at = this.#below(sample?.length ?? count);
    return count === 0 ? -1 : (sample?.[at] ?? at);
  }

  /** Shows what is chosen: as it was drawn last, or, where it was not drawn with these parameters yet, draws it if `wanted`. */
  #show(wanted: boolean): void {
    const { projection } = this.#store.value;
    const kept = projection === 'pca' ? undefined : this.drawings.last(projection);
    this.layout.set(kept ?? null);
    this.#place();
    if (
      wanted &&
      projection !== 'pca' &&
      !(kept && this.drawings.asChosen(kept)) &&
      this.#session.phase.value === 'ready'
    )
      this.drawings.compute();
  }

  /** The places of a picture by PCA depend on what is selected; those of a layout do not. */
  #lookOrPlace(): void {
    if (this.drawn) this.#lookAnew();
    else this.#place();
  }

  #place(): void {
    const past = this.#session.timeline.shown.value;
    const shown = past?.picture ?? this.#session.picture.value;
    if (shown && !shown.complete) this.#sample = new Set(shown.indices);
    if (this.inSpace) void this.#spaceRows.ask();
    const space = this.inSpace ? this.space.value : null;
    const seen = space && seenFrom(space, this.#store.value.angles, this.#session.data.value?.count ?? 0);
    this.#depths = seen?.depths ?? null;
    this.places.set(seen?.xy ?? this.drawn?.xy ?? this.#pcaPlaces(past?.picture));
    this.#trail();
    this.#lookAnew();
  }

  /** Only maps by PCA lie alike from step to step, and only in the plane. */
  #trail(): void {
    const { trails: of, selected } = this.#store.value;
    const { timeline, picture, data } = this.#session;
    const shown = timeline.shown.value?.picture ?? picture.value;
    const labels = data.value?.labels;
    if (of === 'none' || !shown || !labels || selected < 0 || this.inSpace || this.drawn) {
      this.trails.set(null);
      return;
    }
    const alike = (index: number): boolean => labels[index] === labels[selected];
    const samples = of === 'point' ? [selected] : this.shownSample.filter(alike);
    this.trails.set(trailsOf(timeline.kept.value, shown.step, samples, of));
  }

  #lookAnew(): void {
    const { selected, k } = this.#store.value;
    const xy = this.places.value;
    const known = xy && selected >= 0 && 2 * selected < xy.length;
    this.look.set(known ? lookAt(selected, xy, k, () => this.#near(selected, k)) : null);
  }

  /** The selected point's nearest in the embedding, among the points that are shown; null while they are searched. */
  #near(selected: number, k: number): readonly number[] | null {
    const layout = this.drawn;
    if (layout) return nearIn(layout, selected, k);
    const found = this.#selection.embedding.value;
    return found && [...found.indices];
  }

  /** Whether the embedding can be shown in space. */
  get hasSpace(): boolean {
    return this.#spaceRows.possible;
  }

  /** Whether it is, or is going to be. */
  get inSpace(): boolean {
    return this.#spaceRows.wanted;
  }

  get depths(): Uint8Array | null {
    return this.#depths;
  }

  /** The ball that is shown, so that a turn changes nothing else; null in the plane, where the points decide. */
  get frame(): Frame | null {
    const radius = this.#depths ? this.space.value?.radius : undefined;
    return radius === undefined ? null : { x: 0, y: 0, half: radius };
  }

  /** The samples that are shown in space, among them all between which there are lines. */
  #spaceIds(): readonly number[] {
    const { embedding, hovered } = this.#selection;
    const near = [...(embedding.value?.indices ?? []), ...(hovered.value?.near ?? [])];
    const count = this.#session.data.value?.count ?? 0;
    const wanted = new Set([...this.shownSample, this.#store.value.selected, ...near]);
    return [...wanted].filter((index) => index >= 0 && index < count);
  }

  /** How many samples the map shows while it does not show all. */
  get sampleSize(): number {
    return this.#sample.size;
  }

  /** The samples that the map by PCA shows: one step's, at any time. */
  get shownSample(): readonly number[] {
    const picture = this.#session.timeline.shown.value?.picture ?? this.#session.picture.value;
    return this.#sample.size > 0 ? [...this.#sample] : [...(picture?.indices ?? [])];
  }

  /** Places of all points in the engine's picture; NaN for those that are not shown. */
  #pcaPlaces(past: Picture | undefined): Float32Array | null {
    const picture = past ?? this.#session.picture.value;
    const count = this.#session.data.value?.count;
    if (!picture || !count) return null;
    const xy = spread(picture.xy, picture.indices, count);
    if (this.#store.value.all || !picture.complete || this.#sample.size === 0) return xy;
    const near = new Set(this.#selection.embedding.value?.indices ?? []).add(this.#store.value.selected);
    for (const index of picture.indices)
      if (!this.#sample.has(index) && !near.has(index)) xy.fill(NaN, 2 * index, 2 * index + 2);
    return xy;
  }

  /** Asks for the true nearest of the point under the pointer, which `pointedNear` then has; -1 for none. */
  point(index: number): void {
    this.#selection.point(this.drawn ? -1 : index);
  }

  /** The nearest in the embedding of the point under the pointer; null while they are searched. */
  pointedNear(index: number): readonly number[] | null {
    const layout = this.drawn;
    if (layout) return nearIn(layout, index, this.#store.value.k);
    const hovered = this.#selection.hovered.value;
    return hovered?.index === index ? hovered.near : null;
  }

  /** The picture by t-SNE or UMAP, where the map shows it. */
  get drawn(): Layout | null {
    return this.#session.timeline.shown.value ? null : this.layout.value;
  }

  /** Which kind of picture the map shows. */
  get kind(): Settings['projection'] | 'space' {
    return this.#depths ? 'space' : (this.drawn?.method ?? 'pca');
  }

  /** The step of what the map shows; null before the first picture. */
  get step(): number | null {
    const { timeline, picture } = this.#session;
    const own = this.#depths ? this.space.value : this.drawn;
    return own?.step ?? (timeline.shown.value?.picture ?? picture.value)?.step ?? null;
  }

  /** Where a sample lies in the picture by PCA, also one that the map leaves out; null without a place. */
  placeOf(index: number): readonly [number, number] | null {
    if (this.#depths) return null;
    const picture = this.#session.timeline.shown.value?.picture ?? this.#session.picture.value;
    const at = picture?.indices.indexOf(index) ?? -1;
    return picture && at >= 0 ? [picture.xy[2 * at] ?? NaN, picture.xy[2 * at + 1] ?? NaN] : null;
  }
}
