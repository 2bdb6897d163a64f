import { prefersStillness } from '../../dom/tasks';
import { nextFrame, watchSurface } from '../../dom/canvas';
import { change, html } from '../../dom/element';
import { watchGestures } from '../../dom/gestures';
import { viewOf, type View } from '../../geometry/camera';
import { neighbourTowards, pointAt, type Direction } from '../../geometry/picking';
import { medians } from '../../geometry/medians';
import { className } from '../../i18n/class-name';
import { ClassNames } from '../../render/class-names';
import { marksOf, shown } from '../../render/marks';
import { Motion } from '../../render/motion';
import type { PointMap } from '../../render/point-map';
import { createPointMap, onOwnThread } from '../../render/point-maps';
import { drawSelection, type MarkedPoint } from '../../render/selection-overlay';
import { watchTheme, type Theme } from '../../render/theme';
import { Cleanup } from '../../store/signal';
import type { Mount, Page } from '../page';
import { mapButtons } from './buttons';
import { Pointed } from './pointed';
import { Viewpoint } from './viewpoint';

const REACH = 14;
const TOUCH_REACH = 26;
/** Pictures are shown from this side on, in CSS pixels; smaller ones say nothing. */
const LEAST_PICTURE = 14;
const MOST_PICTURE = 56;
/** More names than these would hide the points. */
const MOST_NAMES = 12;

/** The map of all samples: points that move as the network learns. */
class EmbeddingMap {
  readonly #page: Page;
  readonly #host: HTMLElement;
  #points: PointMap;
  readonly #overlay = html('canvas', { class: 'overlay', width: 1, height: 1, 'aria-hidden': 'true' });
  readonly #names: ClassNames;
  readonly #motion = new Motion();
  readonly #cleanup = new Cleanup();
  readonly #frame = nextFrame(() => {
    this.#draw();
  });
  readonly #viewpoint: Viewpoint;
  readonly #pointed: Pointed;
  #theme: Theme | null = null;
  #shownData: unknown = null;
  #angles: readonly number[] | null = null;
  #deep = false;

  constructor(host: HTMLElement, page: Page, viewpoint: Viewpoint) {
    this.#page = page;
    this.#host = host;
    this.#viewpoint = viewpoint;
    this.#pointed = new Pointed(page, host, this.#motion);
    this.#points = createPointMap(this.#frame.ask, () => {
      this.#drawHere();
    });
    host.dataset['renderer'] = this.#points.kind;
    this.#names = new ClassNames((label) => {
      const data = page.session.data.value;
      return data ? className(data, label, page.t) : '';
    });
    host.replaceChildren(this.#points.element, this.#overlay, this.#names.element, this.#pointed.tip);
    this.#watch();
    this.#watchHands();
  }

  destroy(): void {
    this.#cleanup.run();
    this.#frame.cancel();
    this.#points.destroy();
  }

  /** The Worker cannot draw: another map takes over what it was told. */
  #drawHere(): void {
    const before = this.#points;
    this.#points = onOwnThread(this.#frame.ask);
    before.element.replaceWith(this.#points.element);
    before.destroy();
    this.#host.dataset['renderer'] = this.#points.kind;
    this.#shownData = null;
    this.#points.setPositions(this.#motion.from, this.#motion.to);
    this.#setMarks();
  }

  #view(): View {
    const { camera, size } = this.#viewpoint;
    return viewOf(this.#motion.frame(performance.now()), camera, size);
  }

  readonly #visible = (index: number): boolean => {
    const { session, store } = this.#page;
    return this.#motion.has(index) && shown(session.info.value?.roles[index] ?? 0, store.value.role);
  };

  #watch(): void {
    const { session, projections, selection, store } = this.#page;
    this.#cleanup.add(
      watchSurface(this.#host, (width, height) => {
        this.#viewpoint.size = { width, height };
        this.#frame.ask();
      }),
      watchTheme((theme) => {
        this.#theme = theme;
        this.#frame.ask();
      }),
      session.info.watch(() => {
        this.#setMarks();
      }),
      store.onChange(['colour', 'role'], () => {
        this.#setMarks();
      }),
      projections.places.watch((places) => {
        if (!places) return;
        const { angles } = store.value;
        const still = prefersStillness() || angles !== this.#angles;
        this.#angles = angles;
        this.#motion.go(places, performance.now(), still, projections.frame ?? undefined);
        this.#setDepths();
        this.#points.setPositions(this.#motion.from, this.#motion.to);
        this.#findMedians();
        this.#host.dataset['places'] = fingerprintOf(places);
        this.#frame.ask();
      }),
      store.onChange(['colour', 'role'], () => {
        this.#findMedians();
      }),
      store.onChange(['camera', 'marks', 'selected'], this.#frame.ask),
      projections.look.onChange(this.#frame.ask),
      projections.trails.watch((trails) => {
        const told = trails && `${trails.trails.length} ${trails.steps.join()}`;
        change(this.#host, { 'data-trails': told });
        this.#frame.ask();
      }),
      selection.hovered.onChange(() => {
        this.#pointed.tellNear();
        this.#frame.ask();
      }),
    );
  }

  #watchHands(): void {
    const viewpoint = this.#viewpoint;
    this.#cleanup.add(
      watchGestures(this.#host, {
        drag: (dx, dy) => {
          viewpoint.drag(dx, dy);
        },
        zoom: (x, y, factor) => {
          viewpoint.zoom(factor, x, y);
        },
        // A click picks what the tip names, although the next picture may have moved it away from the pointer.
        tap: (x, y, touch) => {
          const named = touch ? -1 : this.#pointed.index;
          this.#select(named < 0 ? this.#at(x, y, touch ? TOUCH_REACH : REACH) : named);
        },
        hover: (at) => {
          this.#point(at ? this.#at(at[0], at[1], REACH) : -1);
        },
      }),
    );
    this.#cleanup.listen(this.#host, 'keydown', (event) => {
      if (this.#key(event)) event.preventDefault();
    });
  }

  /** Names belong to classes; where colours tell something else, or classes are many, there are none. */
  #findMedians(): void {
    const { session, store } = this.#page;
    const data = session.data.value;
    const named = data && store.value.colour === 'class' && data.classes.length <= MOST_NAMES;
    this.#names.place(named ? medians(this.#motion.to, data.labels, data.classes.length, this.#visible) : []);
  }

  /** In space, every turn changes what is near. */
  #setDepths(): void {
    const deep = this.#page.projections.depths !== null;
    change(this.#host, { 'data-space': deep ? (this.#page.projections.space.value?.step ?? null) : null });
    if (deep || this.#deep) this.#setMarks();
    this.#deep = deep;
  }

  #setMarks(): void {
    const { session, store } = this.#page;
    const [data, info] = [session.data.value, session.info.value];
    if (!data || !info) return;
    this.#points.setMarks(marksOf(data, info.roles, store.value, this.#page.projections.depths));
    if (this.#shownData !== data) {
      this.#shownData = data;
      this.#points.setPictures(data);
    }
    this.#frame.ask();
  }

  #at(x: number, y: number, reach: number): number {
    return pointAt(
      this.#motion.to,
      this.#visible,
      this.#view(),
      x,
      y,
      Math.max(reach, this.#pictureSide() / 2),
    );
  }

  /** 0 while marks serve better: too many points would hide one another. */
  #pictureSide(): number {
    const { store, session } = this.#page;
    const { marks } = store.value;
    if (marks === 'dots') return 0;
    const room = this.#crowd() * this.#viewpoint.camera.zoom;
    const colourful = (session.data.value?.channels ?? 1) > 1;
    const side = Math.min(MOST_PICTURE, room * (colourful ? 1.35 : 0.9));
    if (marks === 'pictures') return Math.max(LEAST_PICTURE, side);
    return side >= (colourful ? 9 : LEAST_PICTURE) ? side : 0;
  }

  /** The side of the square that each point has on the screen, if all had one. */
  #crowd(): number {
    const { width, height } = this.#viewpoint.size;
    return Math.sqrt((width * height) / Math.max(1, this.#motion.placed));
  }

  #draw(): void {
    const theme = this.#theme;
    const { size, camera } = this.#viewpoint;
    if (!theme || size.width === 0) return;
    const now = performance.now();
    const view = this.#view();
    const picture = this.#pictureSide();
    this.#host.dataset['marks'] = picture > 0 ? 'pictures' : 'dots';
    // t-SNE and UMAP leave most of the plane empty: their clusters need smaller marks.
    const share = this.#page.projections.drawn ? 0.5 : 0.85;
    const dot = Math.min(14, Math.max(4.5, this.#crowd() * share) * camera.zoom ** 0.35);
    this.#points.draw({
      view,
      size,
      ratio: window.devicePixelRatio,
      t: this.#motion.at(now),
      dot,
      picture,
      ground: theme.ground,
    });
    const { selected } = this.#page.store.value;
    const known = selected >= 0 && this.#motion.has(selected);
    const look = known ? this.#page.projections.look.value : null;
    const pointed = this.#pointed;
    drawSelection(this.#overlay, {
      size,
      view,
      theme,
      reach: Math.max(7, Math.max(picture, dot) / 2 + 2),
      selected: known ? this.#motion.placeNow(selected, now) : null,
      hovered: pointed.index >= 0 ? this.#motion.placeNow(pointed.index, now) : null,
      neighbours: this.#neighbours(look?.near ?? [], selected, now),
      ball: this.#ball(),
      trails: this.#trails(now),
      hoveredNeighbours: this.#neighbours(pointed.near, pointed.index, now),
      intruders: (look?.intruders ?? []).map((index) => this.#motion.placeNow(index, now)),
    });
    this.#names.draw(view, size);
    if (pointed.index >= 0 && !this.#motion.has(pointed.index)) this.#point(-1);
    pointed.placeTip(view, size, now);
    if (this.#motion.moving(now)) this.#frame.ask();
  }

  #ball(): { readonly radius: number; readonly pitch: number } | null {
    const { projections, store } = this.#page;
    const space = projections.depths && projections.space.value;
    return space?.unit ? { radius: space.radius, pitch: store.value.angles[1] ?? 0 } : null;
  }

  /** Each trail with the point's present place at its end. */
  #trails(now: number): (readonly (readonly [number, number])[])[] {
    const { trails } = this.#page.projections.trails.value ?? { trails: [] };
    return trails.flatMap(({ index, places }) => {
      if (!this.#visible(index)) return [];
      const before = Array.from(
        { length: places.length / 2 },
        (_, k) => [places[2 * k] ?? NaN, places[2 * k + 1] ?? NaN] as const,
      );
      return [[...before, this.#motion.placeNow(index, now)]];
    });
  }

  #neighbours(near: readonly number[], selected: number, now: number): MarkedPoint[] {
    const labels = this.#page.session.data.value?.labels;
    if (!labels) return [];
    return near.flatMap((index) => {
      const hidden = !this.#motion.has(index);
      const place = hidden ? this.#page.projections.placeOf(index) : this.#motion.placeNow(index, now);
      if (!place) return [];
      const [x, y] = place;
      const right = labels[index] === labels[selected];
      return [{ x, y, right, image: hidden ? this.#pointed.beyond.get(index) : undefined }];
    });
  }

  #point(index: number): void {
    if (this.#pointed.point(index)) this.#frame.ask();
  }

  #select(selected: number): void {
    this.#page.store.set({ selected });
  }

  #key(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const arrow = /^Arrow(Left|Right|Up|Down)$/.exec(event.key)?.[1]?.toLowerCase() as Direction | undefined;
    if (arrow) this.#arrow(arrow, event.shiftKey);
    else if (event.key === 'Enter' || event.key === ' ') this.#selectMiddle();
    else if (event.key === 'Escape') this.#select(-1);
    else return this.#viewpoint.key(event.key);
    return true;
  }

  #selectMiddle(): void {
    const { width, height } = this.#viewpoint.size;
    this.#select(this.#at(width / 2, height / 2, Infinity));
  }

  /** Moves the selection, or, with Shift or without a selection, the view. */
  #arrow(direction: Direction, shift: boolean): void {
    const { selected } = this.#page.store.value;
    if (selected < 0 || shift) {
      this.#viewpoint.go(direction);
      return;
    }
    const next = neighbourTowards(this.#motion.to, this.#visible, selected, direction);
    if (next >= 0) this.#select(next);
  }
}

/** A short number of all places, by which two maps can be told to be the same. */
function fingerprintOf(places: Float32Array): string {
  const words = new Uint32Array(places.buffer, places.byteOffset, places.length);
  let sum = 0x811c9dc5;
  for (const word of words) sum = Math.imul(sum ^ word, 0x01000193);
  return (sum >>> 0).toString(16);
}

/** The map's surface with its zoom buttons. */
export const mountMap: Mount = (host, page) => {
  const { t } = page;
  const surface = html('div', {
    class: 'map-surface',
    tabindex: '0',
    role: 'application',
    'aria-label': t.text('map.label'),
    'aria-describedby': 'map-help',
    'data-testid': 'map',
  });
  const viewpoint = new Viewpoint(page);
  const map = new EmbeddingMap(surface, page, viewpoint);
  const buttons = mapButtons(page, viewpoint);
  const help = html('p', { id: 'map-help', class: 'unseen-text' }, t.text('map.help'));
  host.replaceChildren(surface, ...buttons.elements, help);
  return () => {
    buttons.stop();
    map.destroy();
    host.replaceChildren();
  };
};
