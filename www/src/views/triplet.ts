import type { BatchView, Geometry } from 'metriclab';
import { Fields, showWhen } from '../controls/fields';
import { nextFrame } from '../dom/canvas';
import { html } from '../dom/element';
import { prefersStillness } from '../dom/tasks';
import { chord, placeTriangle } from '../geometry/placement';
import { boxAround, extentOf, reach, zones } from '../geometry/zones';
import { sampleName } from '../i18n/class-name';
import { lossFormula } from '../render/formula';
import { CORNERS, Plane, type Corner, type PlaneState } from '../render/plane';
import { sampleCanvas } from '../render/sample';
import { planeLoss } from '../store/session-config';
import { PLANE_DISTANCES, PLANE_LOSSES, START_POINTS, distanceName, type Settings } from '../store/settings';
import { Cleanup } from '../store/signal';
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

/** A mined triplet that stands in the plane. */
interface Taken {
  readonly samples: readonly number[];
  readonly step: number;
  readonly exact: boolean;
  readonly chord: boolean;
  readonly mined: boolean;
}

class TripletView {
  readonly #page: Page;
  readonly #plane: Plane;
  readonly #cleanup = new Cleanup();
  readonly #figures = html('dl', { class: 'distances' });
  readonly #formula = html('div', { class: 'formula', 'data-testid': 'formula' });
  readonly #verdict = html('p', { class: 'verdict-line', 'data-testid': 'zone', 'aria-live': 'polite' });
  readonly #taken = html('div', { class: 'taken', 'data-testid': 'taken' });
  readonly #frame = nextFrame(() => {
    this.#draw();
  });
  #geometry: Geometry | null = null;
  #asking = false;
  #askAgain = false;
  #refitNext = false;
  #extent: number;
  #dragging: Corner | null = null;
  #real: Taken | null = null;
  #pictures: readonly (string | null)[] = [null, null, null];
  #animation = 0;

  constructor(host: HTMLElement, page: Page) {
    this.#page = page;
    const { store, t } = page;
    this.#plane = new Plane(t.text('triplet.label'));
    this.#extent = this.#fitting(store.value);
    host.replaceChildren(
      html('div', { class: 'plane-controls' }, ...this.#controls()),
      html('div', { class: 'plane-box' }, this.#plane.element),
      html('div', { class: 'plane-actions' }, ...this.#actions()),
      html('div', { class: 'plane-facts' }, html('div', {}, this.#formula, this.#verdict), this.#figures),
      this.#taken,
      html('p', { class: 'note' }, t.text('triplet.help')),
    );
    for (const corner of CORNERS) this.#makeDraggable(corner);
    this.#cleanup.add(
      store.watch(PLANE_SETTINGS, () => {
        this.#ask();
      }),
      () => {
        cancelAnimationFrame(this.#animation);
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
      this.#forget();
      store.set({ points: START_POINTS });
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
    const settings = this.#page.store.value;
    const request = {
      points: settings.points,
      loss: planeLoss(settings),
      distance: settings.planeDistance,
      normalize: settings.planeNormalize,
      minerMargin: settings.planeMargin,
    };
    this.#page.session
      .geometry(request)
      .then(
        (geometry) => {
          const first = this.#geometry === null;
          this.#geometry = geometry;
          if (first || this.#refitNext) this.#extent = this.#fitting(this.#page.store.value);
          this.#refitNext &&= this.#askAgain;
        },
        (error: unknown) => {
          this.#page.notices.fail(error, { tone: 'warning' });
        },
      )
      .finally(() => {
        this.#asking = false;
        this.#frame.ask();
        if (!this.#askAgain) return;
        this.#askAgain = false;
        this.#ask();
      });
  }

  #fitting({ points, planeNormalize, planeDistance, planeMargin }: Settings): number {
    if (planeNormalize || planeDistance === 'cosine') return extentOf([...points, 0, 1.05]);
    if (!this.#geometry) return extentOf(points);
    // The ring belongs to the picture, unless it would dwarf the points.
    const ring = zones(this.#geometry.ap, planeMargin, planeDistance, false).semihard.size;
    const [x = 0, y = 0] = points;
    return extentOf([...points, ...boxAround(x, y, Math.min(ring, 3 * Math.max(...points.map(Math.abs))))]);
  }

  /** Once the core has answered: the ring takes part. */
  #refit(): void {
    this.#refitNext = true;
    this.#ask();
  }

  #draw(): void {
    const { store, t } = this.#page;
    const settings = store.value;
    const { planeDistance, planeNormalize, points } = settings;
    const geometry = this.#geometry;
    const state: PlaneState = {
      points,
      extent: this.#extent,
      onCircle: planeNormalize || planeDistance === 'cosine',
      zones: geometry && zones(geometry.ap, settings.planeMargin, planeDistance, planeNormalize),
      thresholds: thresholds(settings).map(({ value, label }) => ({
        reach: reach(value, planeDistance, planeNormalize),
        label,
      })),
      geometry,
      pictures: this.#pictures,
      labels: { easy: t.text('zone.easy'), semihard: t.text('zone.semihard'), hard: t.text('zone.hard') },
    };
    this.#plane.draw(state);
    this.#describe(settings);
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
    const name = geometry.similarity ? 's' : 'd';
    const entries: readonly [string, string, number][] = [
      [`${name}(a, p)`, 'd-ap', geometry.ap],
      [`${name}(a, n)`, 'd-an', geometry.an],
      [t.text('triplet.loss'), 'plane-loss', geometry.loss],
    ];
    this.#figures.replaceChildren(
      ...entries.flatMap(([term, testid, value]) => [
        html('dt', {}, term),
        html('dd', { 'data-testid': testid }, t.decimal(value, 3)),
      ]),
    );
    const force = geometry.gradient.some((value) => Math.abs(value) > 1e-6);
    this.#verdict.replaceChildren(
      html('b', { class: `zone-name ${geometry.zone}` }, t.text(`zone.${geometry.zone}`)),
      ' ',
      t.text(`zone.${geometry.zone}Means`),
      ' ',
      t.text(force ? 'triplet.pulls' : 'triplet.rests'),
    );
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
    this.#forget();
    this.#page.store.set({ points });
  }

  /** Moved points are no longer the ones that were taken. */
  #forget(): void {
    if (!this.#real) return;
    this.#real = { ...this.#real, exact: false };
    this.#taken.dataset['moved'] = 'true';
  }

  #descend(): void {
    const { store } = this.#page;
    const geometry = this.#geometry;
    if (!geometry) return;
    const from = store.value.points;
    const to = from.map((value, i) => value - store.value.planeRate * (geometry.gradient[i] ?? 0));
    this.#forget();
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
      const batch = await session.batch();
      const chosen = chooseTriplet(batch);
      const data = session.data.value;
      const config = session.info.value?.config;
      if (!chosen || !data || !config) {
        notices.say('triplet.none', { tone: 'warning' });
        return;
      }
      const size = batch.indices.length;
      const distance = ([i, j]: readonly [number, number]): number =>
        chord(batch.distances[i * size + j] ?? 0, distanceName(config.distance));
      const { points, exact } = placeTriangle({
        ap: distance([chosen.a, chosen.p]),
        an: distance([chosen.a, chosen.n]),
        pn: distance([chosen.p, chosen.n]),
      });
      const samples = [chosen.a, chosen.p, chosen.n].map((at) => batch.indices[at] ?? 0);
      this.#real = {
        samples,
        step: batch.step,
        exact,
        chord: config.distance === 'cosine',
        mined: chosen.mined,
      };
      this.#pictures = samples.map((index) => sampleCanvas(data, index).toDataURL());
      store.set({ points, ...takenSettings(config) });
      this.#refit();
      this.#tellTaken();
    } catch (error) {
      notices.fail(error, { tone: 'warning' });
    }
  }

  #tellTaken(): void {
    const { session, t } = this.#page;
    const data = session.data.value;
    const real = this.#real;
    if (!data || !real) return;
    const items = real.samples.map((index, corner) =>
      html(
        'figure',
        {},
        sampleCanvas(data, index),
        html('figcaption', {}, `${t.find('corner', String(corner)) ?? ''}: ${sampleName(data, index, t)}`),
      ),
    );
    const words = [
      t.text(real.mined ? 'triplet.taken' : 'triplet.takenAny', { step: t.whole(real.step) }),
      t.text(real.exact ? 'triplet.exact' : 'triplet.inexact'),
    ];
    if (real.chord) words.push(t.text('triplet.chord'));
    delete this.#taken.dataset['moved'];
    this.#taken.replaceChildren(
      ...items,
      html('p', {}, words.join(' '), html('em', {}, ` ${t.text('triplet.moved')}`)),
    );
  }
}

function thresholds(settings: Settings): { readonly value: number; readonly label: string }[] {
  switch (settings.planeLoss) {
    case 'triplet':
      return [];
    case 'contrastive':
      return [
        ...(settings.planePosMargin > 0 ? [{ value: settings.planePosMargin, label: 'mₚ' }] : []),
        { value: settings.planeNegMargin, label: 'mₙ' },
      ];
    case 'margin':
      return [
        { value: settings.planeBeta - settings.planeAlpha, label: 'β − α' },
        { value: settings.planeBeta + settings.planeAlpha, label: 'β + α' },
      ];
  }
}

interface Chosen {
  readonly a: number;
  readonly p: number;
  readonly n: number;
  readonly mined: boolean;
}

/** A mined triplet by chance; without one, any of the batch. */
function chooseTriplet({ triplets, labels }: BatchView): Chosen | null {
  const count = Math.floor(triplets.length / 3);
  if (count > 0) {
    const at = 3 * Math.floor(Math.random() * count);
    const [a, p, n] = [triplets[at], triplets[at + 1], triplets[at + 2]];
    if (a !== undefined && p !== undefined && n !== undefined) return { a, p, n, mined: true };
  }
  const order = [...labels.keys()].sort(() => Math.random() - 0.5);
  for (const a of order) {
    const p = order.find((i) => i !== a && labels[i] === labels[a]);
    const n = order.find((i) => labels[i] !== labels[a]);
    if (p !== undefined && n !== undefined) return { a, p, n, mined: false };
  }
  return null;
}

/** The plane takes over the session's loss, where it can be drawn, and works on straight-line distances. */
function takenSettings({
  loss,
  distance,
}: NonNullable<Page['session']['info']['value']>['config']): Partial<Settings> {
  const straight = {
    planeDistance: distance === 'squaredEuclidean' ? distance : 'euclidean',
    planeNormalize: false,
  } as const;
  if (distance === 'cosine') return straight;
  switch (loss.kind) {
    case 'triplet':
      return {
        ...straight,
        planeLoss: loss.kind,
        planeMargin: loss.margin,
        planeSwap: loss.swap,
        planeSmooth: loss.smooth,
      };
    case 'contrastive':
      return {
        ...straight,
        planeLoss: loss.kind,
        planePosMargin: loss.posMargin,
        planeNegMargin: loss.negMargin,
      };
    case 'margin':
      return { ...straight, planeLoss: loss.kind, planeAlpha: loss.alpha, planeBeta: loss.beta };
    default:
      return straight;
  }
}

/** Three points in the plane, and what a loss does to them. */
export const mountTriplet: Mount = (host, page) => {
  const view = new TripletView(host, page);
  return () => {
    view.destroy();
    host.replaceChildren();
  };
};
