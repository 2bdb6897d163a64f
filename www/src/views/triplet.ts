import {
  CATALOGUE,
  type BatchView,
  type DistanceKind,
  type TripletGeometry,
  type TripletZones,
} from 'metriclab';
import { Fields, showWhen } from '../controls/fields';
import { nextFrame, watchSurface } from '../dom/canvas';
import { html } from '../dom/element';
import { prefersStillness } from '../dom/tasks';
import { boxOf, extentOf, type Box } from '../geometry/zones';
import { sampleName } from '../i18n/class-name';
import { wholeNumbers } from '../projection/sample';
import { lossFormula, type Term } from '../render/formula';
import { CORNERS, Plane, type Corner, type PlaneState } from '../render/plane';
import { sampleCanvas } from '../dom/sample';
import { anchored } from '../session/anchoring';
import { laid, optionOf } from '../session/laying';
import { planeLoss } from '../store/session-config';
import { PLANE_DISTANCES, PLANE_LOSSES, START_POINTS, distanceName, type Settings } from '../store/settings';
import { Cleanup } from '../store/signal';
import { readTaken, writeTaken } from '../store/taken';
import type { Mount, Page } from './page';

const PLANE_SETTINGS = [
  'points',
  'planeLoss',
  'planeDistance',
  'planeNormalize',
  'planeMargin',
  'planeSwap',
  'planeSmooth',
  'planePosMargin',
  'planeNegMargin',
  'planeAlpha',
  'planeBeta',
] as const;
const STEP_MS = 260;
/** A screen reader is told where a point is once it has stayed there so long. */
const ANNOUNCE_MS = 250;
/** A ring belongs to the picture unless it is larger than the points' coordinates by this factor. */
const LARGEST_RING = 3;

/** Where a triplet comes from. */
const ORIGINS = {
  drawn: { mined: 'triplet.taken', other: 'triplet.takenAny' },
  picked: { mined: 'triplet.pickedMined', other: 'triplet.pickedNear' },
} as const;

class TripletView {
  readonly #page: Page;
  readonly #plane: Plane;
  readonly #cleanup = new Cleanup();
  readonly #host: HTMLElement;
  readonly #figures = html('dl', { class: 'distances' });
  /** The entries that #figures holds, and where their values stand. */
  #entries = '';
  readonly #values = new Map<string, HTMLElement>();
  /** The term of the formula that is pointed at, and the one that is pressed: a finger cannot point. */
  #pointed: string | null = null;
  #held: string | null = null;
  readonly #formula = html('div', { class: 'formula', 'data-testid': 'formula' });
  readonly #verdict = html('p', { class: 'verdict-line', 'data-testid': 'zone' });
  readonly #announcement = html('p', {
    class: 'unseen-text',
    role: 'status',
    'aria-live': 'polite',
    'data-testid': 'announcement',
  });
  readonly #taken = html('div', { class: 'taken', 'data-testid': 'taken' });
  readonly #frame = nextFrame(() => {
    this.#draw();
  });
  #geometry: TripletGeometry | null = null;
  #zones: TripletZones | null = null;
  /** The question that `#zones` answers. */
  #zonesOf = '';
  #asking = false;
  #askAgain = false;
  #refitNext = false;
  #extent: number;
  #dragging: Corner | null = null;
  /** The corner that was moved last. */
  #touched: Corner | null = null;
  #announcing = 0;
  #pictures: readonly (string | null)[] = [null, null, null];
  #animation = 0;
  #anchoring = false;

  constructor(host: HTMLElement, page: Page) {
    this.#page = page;
    this.#host = host;
    const { store, t } = page;
    this.#plane = new Plane(t.text('triplet.label'), t.text('triplet.point'));
    this.#extent = extentOf(store.value.points);
    this.#refitNext = true;
    host.replaceChildren(
      html('div', { class: 'plane-controls' }, ...this.#controls()),
      html('div', { class: 'plane-box' }, this.#plane.element),
      html('div', { class: 'plane-actions' }, ...this.#actions()),
      html('div', { class: 'plane-facts' }, html('div', {}, this.#formula, this.#verdict), this.#figures),
      this.#announcement,
      this.#taken,
      html('p', { class: 'note' }, t.text('triplet.help')),
    );
    for (const corner of CORNERS) this.#makeDraggable(corner);
    this.#watchTerms();
    this.#cleanup.add(
      store.watch(PLANE_SETTINGS, () => {
        this.#ask();
      }),
      store.watch(['taken', 'data'], () => {
        this.#tellTaken();
      }),
      page.session.data.onChange(() => {
        this.#tellTaken();
      }),
      page.selection.anchor.watch(() => {
        void this.#anchor();
      }),
      page.session.phase.onChange(() => {
        void this.#anchor();
      }),
      watchSurface(this.#plane.element, () => {
        this.#ask();
      }),
      () => {
        cancelAnimationFrame(this.#animation);
        clearTimeout(this.#announcing);
        this.#frame.cancel();
      },
    );
  }

  destroy(): void {
    this.#cleanup.run();
  }

  #controls(): HTMLElement[] {
    const fields = new Fields(this.#page, this.#cleanup);
    const parameters: Readonly<Record<Settings['planeLoss'], readonly HTMLElement[]>> = {
      triplet: [
        fields.number('planeMargin', 'setting.margin', true),
        fields.flag('planeSwap', 'setting.swap'),
        fields.flag('planeSmooth', 'setting.smooth'),
      ],
      contrastive: [
        fields.number('planePosMargin', 'setting.posMargin', true),
        fields.number('planeNegMargin', 'setting.negMargin', true),
      ],
      margin: [
        fields.number('planeAlpha', 'setting.alpha', true),
        fields.number('planeBeta', 'setting.beta', true),
      ],
    };
    this.#cleanup.add(
      this.#page.store.watch(['planeLoss'], (settings) => {
        for (const [kind, elements] of Object.entries(parameters))
          for (const element of elements) showWhen(element, kind === settings.planeLoss);
      }),
      this.#page.store.onChange(['planeNormalize', 'planeDistance'], () => {
        this.#refit();
      }),
    );
    return [
      fields.choice('planeLoss', 'setting.loss', 'loss', PLANE_LOSSES),
      fields.choice('planeDistance', 'setting.distance', 'distance', PLANE_DISTANCES),
      fields.flag('planeNormalize', 'setting.normalize'),
      ...Object.values(parameters).flat(),
    ];
  }

  #actions(): HTMLElement[] {
    const { store, t } = this.#page;
    const fields = new Fields(this.#page, this.#cleanup);
    const make = (testid: string, text: string, press: () => void): HTMLButtonElement => {
      const element = html('button', { type: 'button', 'data-testid': testid }, text);
      this.#cleanup.listen(element, 'click', press);
      return element;
    };
    const take = make('take-triplet', t.text('triplet.take'), () => {
      void this.#take();
    });
    const descend = make('plane-step', t.text('triplet.step'), () => {
      this.#descend();
    });
    const start = make('plane-reset', t.text('triplet.reset'), () => {
      store.set({ points: START_POINTS, ...this.#moved() });
      this.#refit();
    });
    return [take, descend, fields.number('planeRate', 'triplet.rate'), start];
  }

  /** Asks the core; while it answers, only the newest question waits. */
  #ask(): void {
    this.#frame.ask();
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    this.#asking = true;
    this.#answer(this.#page.store.value)
      .catch((error: unknown) => {
        this.#page.notices.fail(error, { tone: 'warning' });
      })
      .finally(() => {
        this.#asking = false;
        this.#frame.ask();
        if (this.#askAgain) {
          this.#askAgain = false;
          this.#ask();
        } else this.#announceSoon();
      });
  }

  async #answer(settings: Settings): Promise<void> {
    const { session } = this.#page;
    const request = {
      loss: planeLoss(settings),
      distance: planeDistance(settings),
      normalize: settings.planeNormalize,
      minerMargin: settings.planeMargin,
    };
    const points = settings.points.slice(0, 4);
    const geometry = session.questions.geometry({ ...request, points: settings.points });
    if (this.#refitNext) {
      this.#refitNext = false;
      const reach = (LARGEST_RING + 1) * Math.max(...settings.points.map(Math.abs), 0.02);
      const frame: Box = [-reach, -reach, reach, reach];
      this.#extent = fitting(
        settings.points,
        await session.questions.zones({ ...request, points, frame }),
        frame,
      );
    }
    const asked = { ...request, points, frame: this.#plane.frame(this.#extent) };
    const question = JSON.stringify(asked);
    // While only the negative moves, the zones stay.
    if (question !== this.#zonesOf) {
      this.#zones = await session.questions.zones(asked);
      this.#zonesOf = question;
    }
    this.#geometry = await geometry;
  }

  /** Once the core has answered: the ring takes part. */
  #refit(): void {
    this.#refitNext = true;
    this.#ask();
  }

  #draw(): void {
    const { store, t } = this.#page;
    const settings = store.value;
    const state: PlaneState = {
      points: settings.points,
      extent: this.#extent,
      zones: this.#zones,
      geometry: this.#geometry,
      pictures: this.#pictures,
      labels: { easy: t.text('zone.easy'), semihard: t.text('zone.semihard'), hard: t.text('zone.hard') },
    };
    this.#plane.draw(state);
    this.#describe(settings);
  }

  /** Tells a screen reader the new values, once the points rest. */
  #announceSoon(): void {
    clearTimeout(this.#announcing);
    if (this.#dragging !== null || this.#touched === null) return;
    this.#announcing = window.setTimeout(() => {
      const { store, t } = this.#page;
      const corner = this.#touched;
      const geometry = this.#geometry;
      if (corner === null || !geometry) return;
      const { points } = store.value;
      this.#announcement.textContent = t.text('triplet.said', {
        name: t.find('corner', String(corner)) ?? '',
        x: t.decimal(points[2 * corner] ?? 0, 2),
        y: t.decimal(points[2 * corner + 1] ?? 0, 2),
        d: geometry.similarity ? 's' : 'd',
        ap: t.decimal(geometry.ap, 3),
        an: t.decimal(geometry.an, 3),
        zone: t.text(`zone.${geometry.zone}`),
      });
    }, ANNOUNCE_MS);
  }

  #describe(settings: Settings): void {
    const { t } = this.#page;
    const geometry = this.#geometry;
    for (const corner of CORNERS) {
      const [x = 0, y = 0] = [settings.points[2 * corner], settings.points[2 * corner + 1]];
      const name = t.find('corner', String(corner)) ?? '';
      this.#plane.handles[corner]?.setAttribute(
        'aria-label',
        t.text('triplet.handle', { name, x: t.decimal(x, 2), y: t.decimal(y, 2) }),
      );
    }
    if (!geometry) return;
    const print = (value: number): string => t.decimal(value, 2).replace('-', '−');
    const { letters, numbers } = lossFormula(planeLoss(settings), geometry, print);
    this.#formula.replaceChildren(letters, numbers);
    this.#tellFigures(settings, geometry);
    const force = geometry.gradient.some((value) => Math.abs(value) > 1e-6);
    this.#verdict.replaceChildren(
      html('b', { class: `zone-name ${geometry.zone}` }, t.text(`zone.${geometry.zone}`)),
      ' ',
      t.text(`zone.${geometry.zone}Means`),
      ' ',
      t.text(force ? 'triplet.pulls' : 'triplet.rests'),
    );
    this.#light();
  }

  /** The values of the formula. Their names are buttons, which stay as long as the loss is the same. */
  #tellFigures(settings: Settings, geometry: TripletGeometry): void {
    const { t } = this.#page;
    const name = geometry.similarity ? 's' : 'd';
    const entries: readonly [string, string, number, Term?][] = [
      [`${name}(a, p)`, 'd-ap', geometry.ap, 'ap'],
      [`${name}(a, n)`, 'd-an', geometry.an, 'an'],
      ...marginsOf(settings),
      [t.text('triplet.loss'), 'plane-loss', geometry.loss],
    ];
    const key = entries.map(([label]) => label).join();
    if (key !== this.#entries) {
      this.#entries = key;
      this.#values.clear();
      this.#figures.replaceChildren(
        ...entries.flatMap(([label, testid, , term]) => {
          const value = html('dd', { 'data-testid': testid });
          this.#values.set(testid, value);
          const button =
            term &&
            html(
              'button',
              { type: 'button', class: 'term', 'data-term': term, 'aria-pressed': 'false' },
              label,
            );
          return [html('dt', {}, button ?? label), value];
        }),
      );
    }
    for (const [, testid, value] of entries) {
      const element = this.#values.get(testid);
      if (element) element.textContent = t.decimal(value, 3);
    }
  }

  /** A term of the formula and its marks in the plane light each other up. */
  #watchTerms(): void {
    const termOf = ({ target }: Event): string | null =>
      target instanceof Element ? (target.closest('[data-term]')?.getAttribute('data-term') ?? null) : null;
    const point = (event: Event): void => {
      this.#pointed = termOf(event);
      this.#light();
    };
    const leave = (): void => {
      this.#pointed = null;
      this.#light();
    };
    this.#cleanup.listen(this.#host, 'pointerover', point);
    this.#cleanup.listen(this.#host, 'pointerleave', leave);
    this.#cleanup.listen(this.#host, 'focusin', point);
    this.#cleanup.listen(this.#host, 'focusout', leave);
    this.#cleanup.listen(this.#figures, 'click', (event) => {
      const term = termOf(event);
      if (!term) return;
      this.#held = this.#held === term ? null : term;
      this.#pointed = null;
      this.#light();
    });
  }

  #light(): void {
    const terms = (this.#pointed ?? this.#held ?? '').split(' ');
    for (const element of this.#host.querySelectorAll('[data-term]')) {
      const own = element.getAttribute('data-term')?.split(' ') ?? [];
      element.classList.toggle(
        'lit',
        own.some((term) => terms.includes(term)),
      );
      if (element instanceof HTMLButtonElement)
        element.setAttribute('aria-pressed', String(own[0] === this.#held));
    }
  }

  #makeDraggable(corner: Corner): void {
    const handle = this.#plane.handles[corner];
    if (!handle) return;
    const down = (event: PointerEvent): void => {
      this.#dragging = corner;
      handle.setPointerCapture(event.pointerId);
      event.preventDefault();
      handle.focus();
    };
    const move = (event: PointerEvent): void => {
      if (this.#dragging === corner) this.#put(corner, this.#plane.pointAt(event.clientX, event.clientY));
    };
    const up = (): void => {
      if (this.#dragging !== corner) return;
      this.#dragging = null;
      this.#refit();
    };
    const key = (event: KeyboardEvent): void => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const size = this.#extent * (event.shiftKey ? 0.1 : 0.02);
      const { points } = this.#page.store.value;
      this.#put(corner, [
        (points[2 * corner] ?? 0) + size * (way[0] ?? 0),
        (points[2 * corner + 1] ?? 0) + size * (way[1] ?? 0),
      ]);
    };
    handle.addEventListener('pointerdown', down);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', up);
    handle.addEventListener('pointercancel', up);
    handle.addEventListener('keydown', key);
  }

  #put(corner: Corner, [x, y]: readonly [number, number]): void {
    const points = [...this.#page.store.value.points];
    const limit = 4 * this.#extent;
    points[2 * corner] = Math.max(-limit, Math.min(limit, x));
    points[2 * corner + 1] = Math.max(-limit, Math.min(limit, y));
    this.#touched = corner;
    this.#page.store.set({ points, ...this.#moved() });
  }

  /** Moved points no longer stand for the pictures that were taken. */
  #moved(): { readonly taken?: readonly number[] } {
    const taken = readTaken(this.#page.store.value.taken);
    return taken && !taken.moved ? { taken: writeTaken({ ...taken, moved: true }) } : {};
  }

  #descend(): void {
    const { store } = this.#page;
    const geometry = this.#geometry;
    if (!geometry) return;
    const from = store.value.points;
    const to = from.map((value, i) => value - store.value.planeRate * (geometry.gradient[i] ?? 0));
    store.set(this.#moved());
    if (prefersStillness()) {
      store.set({ points: to });
      return;
    }
    const start = performance.now();
    cancelAnimationFrame(this.#animation);
    const glide = (now: number): void => {
      const t = Math.min(1, Math.max(0, (now - start) / STEP_MS));
      store.set({ points: from.map((value, i) => value + ((to[i] ?? value) - value) * t) });
      if (t < 1) this.#animation = requestAnimationFrame(glide);
    };
    this.#animation = requestAnimationFrame(glide);
  }

  async #take(): Promise<void> {
    const { session, notices, store } = this.#page;
    try {
      const batch = await session.questions.batch();
      const config = session.info.value?.config;
      const { seed, taken } = store.value;
      const draw = (readTaken(taken)?.draw ?? 0) + 1;
      const chosen = chooseTriplet(
        batch,
        seed ^ Math.imul(draw, 0x9e3779b1) ^ Math.imul(batch.step, 0x85ebca6b),
      );
      const option = config && optionOf(session.options.value, config);
      if (!chosen || !config || !option) {
        notices.say('triplet.none', { tone: 'warning' });
        return;
      }
      const { a, p, n, mined } = chosen;
      const places = [a, p, n] as const;
      const { step, indices, distances } = batch;
      store.set(laid({ step, ids: indices, learned: distances, places, mined, draw, option, config }));
      this.#refit();
    } catch (error) {
      notices.fail(error, { tone: 'warning' });
    }
  }

  /** The picked sample becomes the anchor. */
  async #anchor(): Promise<void> {
    const { session, selection, projections, notices, store } = this.#page;
    const anchor = selection.anchor.value;
    if (anchor < 0 || this.#anchoring || session.phase.value !== 'ready') return;
    this.#anchoring = true;
    try {
      const config = session.info.value?.config;
      const option = config && optionOf(session.options.value, config);
      if (!config || !option) return;
      const draw = readTaken(store.value.taken)?.draw ?? 0;
      const among = projections.shownSample;
      const found = await anchored(session, { anchor, among, draw, option, config });
      if (anchor !== selection.anchor.value) return;
      selection.anchor.set(-1);
      if (!found) notices.say('triplet.alone', { tone: 'warning' });
      else {
        store.set(found);
        this.#refit();
      }
    } catch (error) {
      selection.anchor.set(-1);
      notices.fail(error, { tone: 'warning' });
    } finally {
      this.#anchoring = false;
      void this.#anchor();
    }
  }

  /** Shows the pictures of the triplet that was taken, as soon as its data set is there. */
  #tellTaken(): void {
    const { session, store, t } = this.#page;
    const data = session.data.value;
    const taken = readTaken(store.value.taken);
    const shown = data?.name === store.value.data && taken?.samples.every((index) => index < data.count);
    if (!data || !taken || !shown) {
      this.#pictures = [null, null, null];
      this.#taken.replaceChildren();
      this.#frame.ask();
      return;
    }
    this.#pictures = taken.samples.map((index) => sampleCanvas(data, index).toDataURL());
    const items = taken.samples.map((index, corner) =>
      html(
        'figure',
        { 'data-sample': index },
        sampleCanvas(data, index),
        html('figcaption', {}, `${t.find('corner', String(corner)) ?? ''}: ${sampleName(data, index, t)}`),
      ),
    );
    const words = [
      t.text(ORIGINS[taken.picked ? 'picked' : 'drawn'][taken.mined ? 'mined' : 'other'], {
        step: t.whole(taken.step),
      }),
      t.text(taken.exact ? 'triplet.exact' : 'triplet.inexact'),
      ...(taken.chord ? [t.text('triplet.chord')] : []),
      ...(taken.moved ? [t.text('triplet.moved')] : []),
    ];
    this.#taken.replaceChildren(...items, html('p', {}, words.join(' ')));
    this.#frame.ask();
  }
}

/** The extent of a plane that shows the points and, unless it is far larger, the ring of the semi-hard zone around them. */
function fitting(points: readonly number[], zones: TripletZones, frame: Box): number {
  if (zones.directional) return extentOf([...points, 0, 1.05]);
  const most = LARGEST_RING * Math.max(...points.map(Math.abs));
  const ring = boxOf(zones.semihard.length > 0 ? zones.semihard : zones.hard, frame);
  return extentOf([...points, ...ring.map((value) => Math.min(Math.max(value, -most), most))]);
}

/** The margins of the plane's loss, by their letters. */
function marginsOf(settings: Settings): readonly [string, string, number, Term][] {
  switch (settings.planeLoss) {
    case 'triplet':
      return [['m', 'plane-margin', settings.planeMargin, 'margin']];
    case 'contrastive':
      return [
        ['mₚ', 'plane-pos-margin', settings.planePosMargin, 'posMargin'],
        ['mₙ', 'plane-neg-margin', settings.planeNegMargin, 'negMargin'],
      ];
    case 'margin':
      return [
        ['α', 'plane-alpha', settings.planeAlpha, 'alpha'],
        ['β', 'plane-beta', settings.planeBeta, 'beta'],
      ];
  }
}

/** The distance of the plane, with the settings that the core offers it with. */
function planeDistance({ planeDistance: name }: Settings): DistanceKind {
  return CATALOGUE.distances.find(({ kind }) => distanceName(kind) === name)?.kind ?? 'euclidean';
}

interface Chosen {
  readonly a: number;
  readonly p: number;
  readonly n: number;
  readonly mined: boolean;
}

/** A mined triplet by chance; without one, any of the batch. */
function chooseTriplet({ triplets, labels }: BatchView, seed: number): Chosen | null {
  const below = wholeNumbers(seed);
  const count = Math.floor(triplets.length / 3);
  if (count > 0) {
    const at = 3 * below(count);
    const [a, p, n] = [triplets[at], triplets[at + 1], triplets[at + 2]];
    if (a !== undefined && p !== undefined && n !== undefined) return { a, p, n, mined: true };
  }
  const first = below(labels.length);
  const order = [...labels.keys()].map((i) => (i + first) % labels.length);
  for (const a of order) {
    const p = order.find((i) => i !== a && labels[i] === labels[a]);
    const n = order.find((i) => labels[i] !== labels[a]);
    if (p !== undefined && n !== undefined) return { a, p, n, mined: false };
  }
  return null;
}

/** Three points in the plane, and what a loss does to them. */
export const mountTriplet: Mount = (host, page) => {
  const view = new TripletView(host, page);
  return () => {
    view.destroy();
    host.replaceChildren();
  };
};
