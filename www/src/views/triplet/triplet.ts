import { CATALOGUE, type DistanceKind, type TripletGeometry, type TripletZones } from 'metriclab';
import { Fields } from '../../controls/fields';
import { nextFrame, watchSurface } from '../../dom/canvas';
import { html } from '../../dom/element';
import { prefersStillness } from '../../dom/tasks';
import { boxOf, extentOf, type Box } from '../../geometry/zones';
import { Plane } from '../../render/plane';
import { planeLoss } from '../../store/session-config';
import { START_POINTS, distanceName, type Settings } from '../../store/settings';
import { Cleanup } from '../../store/signal';
import type { Mount, Page } from '../page';
import { controls } from './controls';
import { Facts } from './facts';
import { Handles } from './handles';
import { moved, Taken } from './taken';

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
/** A ring belongs to the picture unless it is larger than the points' coordinates by this factor. */
const LARGEST_RING = 3;

/** Asks the core about the points, and draws its answer. */
class TripletView {
  readonly #page: Page;
  readonly #plane: Plane;
  readonly #handles: Handles;
  readonly #facts: Facts;
  readonly #taken: Taken;
  readonly #cleanup = new Cleanup();
  readonly #frame = nextFrame(() => {
    this.#draw();
  });
  #geometry: TripletGeometry | null = null;
  #zones: TripletZones | null = null;
  /** The question that `#zones` answers. */
  #zonesOf = '';
  #asking = false;
  #askAgain = false;
  #refitNext = true;
  #extent: number;
  #animation = 0;

  constructor(host: HTMLElement, page: Page) {
    this.#page = page;
    const { store, t } = page;
    const refit = (): void => {
      this.#refit();
    };
    this.#plane = new Plane(t.text('triplet.label'), t.text('triplet.point'));
    this.#extent = extentOf(store.value.points);
    this.#handles = new Handles(page, this.#plane, {
      extent: () => this.#extent,
      geometry: () => this.#geometry,
      onRelease: refit,
    });
    this.#facts = new Facts(page, this.#cleanup, host);
    this.#taken = new Taken(page, this.#cleanup, { onLaid: refit, onPictures: this.#frame.ask });
    host.replaceChildren(
      html('div', { class: 'plane-controls' }, ...controls(page, this.#cleanup)),
      html('div', { class: 'plane-box' }, this.#plane.element),
      html('div', { class: 'plane-actions' }, ...this.#actions()),
      this.#facts.element,
      this.#handles.announcement,
      this.#taken.element,
      html('p', { class: 'note' }, t.text('triplet.help')),
    );
    this.#cleanup.add(
      store.onChange(['planeNormalize', 'planeDistance'], refit),
      store.watch(PLANE_SETTINGS, () => {
        this.#ask();
      }),
      watchSurface(this.#plane.element, () => {
        this.#ask();
      }),
      () => {
        cancelAnimationFrame(this.#animation);
        this.#handles.cancel();
        this.#frame.cancel();
      },
    );
  }

  destroy(): void {
    this.#cleanup.run();
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
      void this.#taken.take();
    });
    const descend = make('plane-step', t.text('triplet.step'), () => {
      this.#descend();
    });
    const start = make('plane-reset', t.text('triplet.reset'), () => {
      store.set({ points: START_POINTS, ...moved(store) });
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
        } else this.#handles.announceSoon();
      });
  }

  async #answer(settings: Settings): Promise<void> {
    const { questions } = this.#page.session;
    const request = {
      loss: planeLoss(settings),
      distance: planeDistance(settings),
      normalize: settings.planeNormalize,
      minerMargin: settings.planeMargin,
    };
    const points = settings.points.slice(0, 4);
    const geometry = questions.geometry({ ...request, points: settings.points });
    if (this.#refitNext) {
      this.#refitNext = false;
      const reach = (LARGEST_RING + 1) * Math.max(...settings.points.map(Math.abs), 0.02);
      const frame: Box = [-reach, -reach, reach, reach];
      this.#extent = fitting(settings.points, await questions.zones({ ...request, points, frame }), frame);
    }
    const asked = { ...request, points, frame: this.#plane.frame(this.#extent) };
    const question = JSON.stringify(asked);
    // While only the negative moves, the zones stay.
    if (question !== this.#zonesOf) {
      this.#zones = await questions.zones(asked);
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
    this.#plane.draw({
      points: settings.points,
      extent: this.#extent,
      zones: this.#zones,
      geometry: this.#geometry,
      pictures: this.#taken.pictures,
      labels: { easy: t.text('zone.easy'), semihard: t.text('zone.semihard'), hard: t.text('zone.hard') },
    });
    this.#handles.label(settings.points);
    if (this.#geometry) this.#facts.tell(settings, this.#geometry);
  }

  #descend(): void {
    const { store } = this.#page;
    const geometry = this.#geometry;
    if (!geometry) return;
    const from = store.value.points;
    const to = from.map((value, i) => value - store.value.planeRate * (geometry.gradient[i] ?? 0));
    store.set(moved(store));
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
}

/** The extent of a plane that shows the points and, unless it is far larger, the ring of the semi-hard zone around them. */
function fitting(points: readonly number[], zones: TripletZones, frame: Box): number {
  if (zones.directional) return extentOf([...points, 0, 1.05]);
  const most = LARGEST_RING * Math.max(...points.map(Math.abs));
  const ring = boxOf(zones.semihard.length > 0 ? zones.semihard : zones.hard, frame);
  return extentOf([...points, ...ring.map((value) => Math.min(Math.max(value, -most), most))]);
}

/** The distance of the plane, with the settings that the core offers it with. */
function planeDistance({ planeDistance: name }: Settings): DistanceKind {
  return CATALOGUE.distances.find(({ kind }) => distanceName(kind) === name)?.kind ?? 'euclidean';
}

/** Three points in the plane, and what a loss does to them. */
export const mountTriplet: Mount = (host, page) => {
  const view = new TripletView(host, page);
  return () => {
    view.destroy();
    host.replaceChildren();
  };
};
