import { prefersStillness } from '../dom/tasks';
import { nextFrame, watchSurface } from '../dom/canvas';
import { change, html } from '../dom/element';
import { watchGestures } from '../dom/gestures';
import { panBy, viewOf, zoomAt, type Camera, type Size, type View } from '../geometry/camera';
import { turned } from '../geometry/ball';
import { neighbourTowards, pointAt, type Direction } from '../geometry/picking';
import { medians } from '../geometry/medians';
import { className, sampleName } from '../i18n/class-name';
import { ClassNames } from '../render/class-names';
import { marksOf, shown } from '../render/marks';
import { Motion } from '../render/motion';
import type { PointMap } from '../render/point-map';
import { createPointMap, onOwnThread } from '../render/point-maps';
import { sampleCanvas } from '../dom/sample';
import { drawSelection, type MarkedPoint } from '../render/selection-overlay';
import { watchTheme, type Theme } from '../render/theme';
import { printNumber } from '../store/property';
import { START_ANGLES, START_CAMERA } from '../store/settings';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

const REACH = 14;
const TOUCH_REACH = 26;
const PAN_STEP = 60;
const ZOOM_STEP = 1.4;
/** Degrees by a key or a button. */
const TURN_STEP = 15;
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
  readonly #tip = html('div', { class: 'tip', hidden: true, 'data-testid': 'tip' });
  readonly #names: ClassNames;
  readonly #motion = new Motion();
  readonly #cleanup = new Cleanup();
  readonly #frame = nextFrame(() => {
    this.#draw();
  });
  #size: Size = { width: 0, height: 0 };
  #theme: Theme | null = null;
  #hovered = -1;
  /** The pictures of those of its nearest that the map leaves out. */
  #beyond = new Map<number, HTMLCanvasElement>();
  readonly #verdict = html('span', { class: 'note', 'data-testid': 'tip-near' });
  #shownData: unknown = null;
  #angles: readonly number[] | null = null;
  #deep = false;

  constructor(host: HTMLElement, page: Page) {
    this.#page = page;
    this.#host = host;
    this.#points = createPointMap(this.#frame.ask, () => {
      this.#drawHere();
    });
    host.dataset['renderer'] = this.#points.kind;
    this.#names = new ClassNames((label) => {
      const data = page.session.data.value;
      return data ? className(data, label, page.t) : '';
    });
    host.replaceChildren(this.#points.element, this.#overlay, this.#names.element, this.#tip);
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

  zoom(factor: number): void {
    this.#look(zoomAt(this.#camera, this.#size, this.#size.width / 2, this.#size.height / 2, factor));
  }

  home(): void {
    this.#page.store.set({ camera: START_CAMERA, angles: START_ANGLES });
  }

  turn(right: number, down: number): void {
    const { store } = this.#page;
    const [yaw = 0, pitch = 0] = store.value.angles;
    // As a link holds it.
    store.set({ angles: turned([yaw, pitch], right, down).map((value) => Number(printNumber(value))) });
  }

  get #camera(): Camera {
    const [x = 0, y = 0, zoom = 1] = this.#page.store.value.camera;
    return { x, y, zoom: Math.max(zoom, 0.1) };
  }

  #look({ x, y, zoom }: Camera): void {
    // As a link holds it.
    this.#page.store.set({ camera: [x, y, zoom].map((value) => Number(printNumber(value))) });
  }

  #view(): View {
    return viewOf(this.#motion.frame(performance.now()), this.#camera, this.#size);
  }

  readonly #visible = (index: number): boolean => {
    const { session, store } = this.#page;
    return this.#motion.has(index) && shown(session.info.value?.roles[index] ?? 0, store.value.role);
  };

  #watch(): void {
    const { session, projections, selection, store } = this.#page;
    this.#cleanup.add(
      watchSurface(this.#host, (width, height) => {
        this.#size = { width, height };
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
        this.#tellHovered();
        this.#frame.ask();
      }),
    );
  }

  #watchHands(): void {
    const { projections, store } = this.#page;
    this.#cleanup.add(
      watchGestures(this.#host, {
        drag: (dx, dy) => {
          // A drag over the whole map is half a turn.
          const degrees = 180 / Math.max(1, Math.min(this.#size.width, this.#size.height));
          if (projections.inSpace) this.turn(dx * degrees, dy * degrees);
          else this.#look(panBy(this.#camera, this.#size, dx, dy));
        },
        zoom: (x, y, factor) => {
          this.#look(zoomAt(this.#camera, this.#size, x, y, factor));
        },
        // A click picks what the tip names, although the next picture may have moved it away from the pointer.
        tap: (x, y, touch) => {
          const named = touch ? -1 : this.#hovered;
          store.set({ selected: named < 0 ? this.#at(x, y, touch ? TOUCH_REACH : REACH) : named });
        },
        hover: (at) => {
          this.#hover(at ? this.#at(at[0], at[1], REACH) : -1);
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
    const { width, height } = this.#size;
    const zoom = this.#camera.zoom;
    const room = Math.sqrt((width * height) / Math.max(1, this.#motion.placed)) * zoom;
    const colourful = (session.data.value?.channels ?? 1) > 1;
    const side = Math.min(MOST_PICTURE, room * (colourful ? 1.35 : 0.9));
    if (marks === 'pictures') return Math.max(LEAST_PICTURE, side);
    return side >= (colourful ? 9 : LEAST_PICTURE) ? side : 0;
  }

  #draw(): void {
    const theme = this.#theme;
    if (!theme || this.#size.width === 0) return;
    const now = performance.now();
    const view = this.#view();
    const picture = this.#pictureSide();
    this.#host.dataset['marks'] = picture > 0 ? 'pictures' : 'dots';
    const crowd = Math.sqrt((this.#size.width * this.#size.height) / Math.max(1, this.#motion.placed));
    // t-SNE and UMAP leave most of the plane empty: their clusters need smaller marks.
    const share = this.#page.projections.drawn ? 0.5 : 0.85;
    const dot = Math.min(14, Math.max(4.5, crowd * share) * this.#camera.zoom ** 0.35);
    this.#points.draw({
      view,
      size: this.#size,
      ratio: window.devicePixelRatio,
      t: this.#motion.at(now),
      dot,
      picture,
      ground: theme.ground,
    });
    const { selected } = this.#page.store.value;
    const known = selected >= 0 && this.#motion.has(selected);
    const look = known ? this.#page.projections.look.value : null;
    drawSelection(this.#overlay, {
      size: this.#size,
      view,
      theme,
      reach: Math.max(7, Math.max(picture, dot) / 2 + 2),
      selected: known ? this.#motion.placeNow(selected, now) : null,
      hovered: this.#hovered >= 0 ? this.#motion.placeNow(this.#hovered, now) : null,
      neighbours: this.#neighbours(look?.near ?? [], selected, now),
      ball: this.#ball(),
      trails: this.#trails(now),
      hoveredNeighbours: this.#neighbours(this.#hoveredNear(), this.#hovered, now),
      intruders: (look?.intruders ?? []).map((index) => this.#motion.placeNow(index, now)),
    });
    this.#names.draw(view, this.#size);
    this.#placeTip(view, now);
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
      return [{ x, y, right, image: hidden ? this.#beyond.get(index) : undefined }];
    });
  }

  /** The nearest of the point under the pointer; the selected one's are drawn already. */
  #hoveredNear(): readonly number[] {
    if (this.#hovered < 0 || this.#hovered === this.#page.store.value.selected) return [];
    return this.#page.projections.pointedNear(this.#hovered) ?? [];
  }

  #tellHovered(): void {
    const { session, t } = this.#page;
    const data = session.data.value;
    const near = this.#page.projections.pointedNear(this.#hovered);
    this.#beyond.clear();
    change(this.#host, {
      'data-hovered': this.#hovered < 0 ? null : this.#hovered,
      'data-near': near?.join(' ') ?? null,
    });
    this.#verdict.hidden = !near;
    if (!near || !data) return;
    const right = near.filter((index) => data.labels[index] === data.labels[this.#hovered]).length;
    this.#verdict.textContent = t.text('neighbour.pointed', { right, k: near.length });
    for (const index of near)
      if (!this.#motion.has(index)) this.#beyond.set(index, sampleCanvas(data, index));
  }

  #hover(index: number): void {
    if (index === this.#hovered) return;
    this.#hovered = index;
    this.#page.projections.point(index);
    const { session, t } = this.#page;
    const data = session.data.value;
    this.#tip.hidden = index < 0 || !data;
    this.#host.style.cursor = index < 0 ? '' : 'pointer';
    if (index >= 0 && data) {
      const role = session.info.value?.roles[index] ?? 0;
      this.#tip.replaceChildren(
        sampleCanvas(data, index),
        html(
          'span',
          {},
          html('b', {}, sampleName(data, index, t)),
          t.find('role', String(role)) ?? '',
          this.#verdict,
        ),
      );
    }
    this.#tellHovered();
    this.#frame.ask();
  }

  #placeTip(view: View, now: number): void {
    if (this.#hovered < 0) return;
    if (!this.#motion.has(this.#hovered)) {
      this.#hover(-1);
      return;
    }
    const [px, py] = this.#motion.placeNow(this.#hovered, now);
    const x = px * view.scale + view.offsetX;
    const y = view.offsetY - py * view.scale;
    const left = this.#aside(px)
      ? Math.max(4, x - 16 - this.#tip.offsetWidth)
      : Math.min(x + 16, this.#size.width - 150);
    const top = Math.min(Math.max(y - 30, 4), this.#size.height - 76);
    this.#tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  /** Whether most of the nearest lie to the right of the point, where the tip would hide them. */
  #aside(x: number): boolean {
    const near = this.#hoveredNear();
    const right = near.filter((index) => {
      const place = this.#motion.has(index)
        ? this.#motion.place(index)
        : this.#page.projections.placeOf(index);
      return (place?.[0] ?? x) > x;
    });
    return 2 * right.length > near.length;
  }

  #key(event: KeyboardEvent): boolean {
    const { store } = this.#page;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const arrow = /^Arrow(Left|Right|Up|Down)$/.exec(event.key)?.[1]?.toLowerCase() as Direction | undefined;
    if (arrow) {
      this.#arrow(arrow, event.shiftKey);
      return true;
    }
    switch (event.key) {
      case '+':
      case '=':
        this.zoom(ZOOM_STEP);
        return true;
      case '-':
        this.zoom(1 / ZOOM_STEP);
        return true;
      case '0':
        this.home();
        return true;
      case 'Enter':
      case ' ':
        store.set({ selected: this.#at(this.#size.width / 2, this.#size.height / 2, Infinity) });
        return true;
      case 'Escape':
        store.set({ selected: -1 });
        return true;
      default:
        return false;
    }
  }

  /** Moves the selection, or, with Shift or without a selection, the view. */
  #arrow(direction: Direction, shift: boolean): void {
    const { store } = this.#page;
    const { selected } = store.value;
    if (selected >= 0 && !shift) {
      const next = neighbourTowards(this.#motion.to, this.#visible, selected, direction);
      if (next >= 0) store.set({ selected: next });
      return;
    }
    const ways: Readonly<Record<Direction, readonly [number, number]>> = {
      left: [PAN_STEP, 0],
      right: [-PAN_STEP, 0],
      up: [0, PAN_STEP],
      down: [0, -PAN_STEP],
    };
    const [dx, dy] = ways[direction];
    if (!this.#page.projections.inSpace) this.#look(panBy(this.#camera, this.#size, dx, dy));
    // The ball goes the way of the arrow.
    else this.turn((-TURN_STEP * dx) / PAN_STEP, (-TURN_STEP * dy) / PAN_STEP);
  }
}

/** A short number of all places, by which two maps can be told to be the same. */
function fingerprintOf(places: Float32Array): string {
  const words = new Uint32Array(places.buffer, places.byteOffset, places.length);
  let sum = 0x811c9dc5;
  for (const word of words) sum = Math.imul(sum ^ word, 0x01000193);
  return (sum >>> 0).toString(16);
}

function mapButton(testid: string, text: string, label: string, press: () => void): HTMLElement {
  const element = html(
    'button',
    { type: 'button', 'aria-label': label, title: label, 'data-testid': testid },
    text,
  );
  element.addEventListener('click', press);
  return element;
}

/** A switch between plane and space, where an embedding has three numbers, and buttons that turn it. */
function spaceButtons(
  { store, session, projections, t }: Page,
  map: EmbeddingMap,
): { readonly toggle: HTMLElement; readonly turning: HTMLElement; readonly stop: () => void } {
  const cleanup = new Cleanup();
  const toggle = mapButton('space', '3D', t.text('map.space'), () => {
    store.set({ space: !projections.inSpace, projection: 'pca' });
  });
  const ways = [
    ['left', '←', -TURN_STEP, 0],
    ['right', '→', TURN_STEP, 0],
    ['up', '↑', 0, -TURN_STEP],
    ['down', '↓', 0, TURN_STEP],
  ] as const;
  const turns = ways.map(([way, sign, right, down]) =>
    mapButton(`turn-${way}`, sign, t.find('map.turn', way) ?? '', () => {
      map.turn(right, down);
    }),
  );
  const show = (): void => {
    toggle.hidden = !projections.hasSpace;
    toggle.setAttribute('aria-pressed', String(projections.inSpace));
    for (const button of turns) button.hidden = !projections.inSpace;
  };
  cleanup.add(session.info.watch(show), store.onChange(['space', 'projection'], show));
  return {
    toggle,
    turning: html('div', { class: 'turning' }, ...turns),
    stop: () => {
      cleanup.run();
    },
  };
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
  const map = new EmbeddingMap(surface, page);
  const zooming = html(
    'div',
    { class: 'zoom' },
    mapButton('zoom-in', '+', t.text('map.zoomIn'), () => {
      map.zoom(1.6);
    }),
    mapButton('zoom-out', '−', t.text('map.zoomOut'), () => {
      map.zoom(1 / 1.6);
    }),
    mapButton('zoom-home', '⌂', t.text('map.home'), () => {
      map.home();
    }),
  );
  const spatial = spaceButtons(page, map);
  zooming.append(spatial.toggle);
  const help = html('p', { id: 'map-help', class: 'unseen-text' }, t.text('map.help'));
  host.replaceChildren(surface, zooming, spatial.turning, help);
  return () => {
    spatial.stop();
    map.destroy();
    host.replaceChildren();
  };
};
