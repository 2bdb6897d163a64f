import type { Outline, TripletGeometry, TripletZones } from 'metriclab';
import { change, svg } from '../dom/element';
import { corners, linePlaces, PLANE_ASPECT, wordPlaces, type Box, type Place } from '../geometry/zones';

export const PLANE_WIDTH = 640;
export const PLANE_HEIGHT = PLANE_WIDTH / PLANE_ASPECT;
const ARROW_PIXELS = 70;
const LONGEST_ARROW = 150;

export type Corner = 0 | 1 | 2;
export const CORNERS: readonly Corner[] = [0, 1, 2];

export interface PlaneState {
  readonly points: readonly number[];
  readonly extent: number;
  readonly zones: TripletZones | null;
  readonly geometry: TripletGeometry | null;
  readonly pictures: readonly (string | null)[];
  readonly labels: { readonly easy: string; readonly semihard: string; readonly hard: string };
}

/** Where words may be written beside the border, and how large one is, in pixels of the plane. */
const ASIDE: Place = [60, 14];
const WORD: Place = [84, 20];
/** Words are so far apart at least. */
const APART: Place = [66, 26];
/** A point's picture begins so far above its middle, and is so large. */
const PICTURE_ABOVE = 18;
const PICTURE = 44;
/** Where the plane is small, as on a phone, words and points grow in it up to so much. */
const MOST_GROWN = 1.8;
/** A finger that is so far from a point's middle takes it. */
const TOUCH = 22;
/** The frame of the zones is so much larger than what is seen, so that the lines along its border are not. */
const BEYOND = 1.02;

/** A picture grows less than its point: it hides what is behind it. */
const pictureOf = (grown: number): number => PICTURE / Math.sqrt(grown);

/** Where words may be written when they have grown. */
function roomOf(grown: number): Box {
  const [x, y] = ASIDE;
  return [grown * x, grown * y, PLANE_WIDTH - grown * x, PLANE_HEIGHT - grown * y];
}

function isFree([x, y]: Place, taken: readonly Place[], grown: number): boolean {
  const [left, top, right, bottom] = roomOf(grown);
  const [wide, high] = APART;
  const inside = x >= left && x <= right && y >= top && y <= bottom;
  return (
    inside && taken.every(([tx, ty]) => Math.abs(tx - x) > grown * wide || Math.abs(ty - y) > grown * high)
  );
}

function pathOf(outline: Outline): string {
  return outline
    .map(
      (line) =>
        `M ${corners(line)
          .map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`)
          .join(' L ')} Z`,
    )
    .join(' ');
}

/** Which terms of the formula a line of the plane stands for. */
const TERMS: Readonly<Record<string, string>> = {
  'L = 0': 'margin',
  mₚ: 'posMargin',
  mₙ: 'negMargin',
  'β − α': 'alpha beta',
  'β + α': 'alpha beta',
};

/** The lines on which a part of the loss becomes zero, with their symbols. */
function lines({
  thresholds,
  zeroLoss,
}: TripletZones): readonly { readonly symbol: string; readonly within: Outline }[] {
  if (thresholds.length > 0) return thresholds;
  return zeroLoss && zeroLoss.length > 0 ? [{ symbol: 'L = 0', within: zeroLoss }] : [];
}

/** The plane with anchor, positive and negative. It draws the zones that the core traced. */
export class Plane {
  readonly element: SVGSVGElement;
  readonly handles: readonly SVGGElement[];
  readonly #ground = svg('g');
  readonly #lines = svg('g');
  readonly #arrows = svg('g');
  readonly #words = svg('g', { class: 'zone-words' });
  #state: PlaneState | null = null;
  /** How much words and points have grown. */
  #grown = 1;

  /** `point` is what a screen reader calls a handle: it passes its arrow keys on. */
  constructor(label: string, point: string) {
    this.handles = CORNERS.map((corner) => this.#handle(corner, point));
    const tip = svg(
      'marker',
      {
        id: 'arrow-tip',
        viewBox: '0 0 10 10',
        refX: 8,
        refY: 5,
        markerWidth: 6,
        markerHeight: 6,
        orient: 'auto-start-reverse',
      },
      svg('path', { d: 'M 0 0 L 10 5 L 0 10 Z' }),
    );
    this.element = svg(
      'svg',
      {
        class: 'plane',
        viewBox: `0 0 ${PLANE_WIDTH} ${PLANE_HEIGHT}`,
        role: 'group',
        'aria-label': label,
        'data-testid': 'plane',
      },
      svg('defs', {}, tip),
      this.#ground,
      this.#lines,
      this.#words,
      ...this.handles,
      this.#arrows,
    );
  }

  get scale(): number {
    return PLANE_HEIGHT / 2 / (this.#state?.extent ?? 1);
  }

  draw(state: PlaneState): void {
    this.#state = state;
    this.#grown = Math.max(1, Math.min(MOST_GROWN, 1 / this.#fit().fit));
    this.element.style.setProperty('--grown', String(this.#grown));
    const place = (corner: Corner): readonly [number, number] =>
      this.#pixel(state.points[2 * corner] ?? 0, state.points[2 * corner + 1] ?? 0);
    const [anchor, positive, negative] = [place(0), place(1), place(2)];
    this.#drawGround(state);
    this.#lines.replaceChildren(
      ...this.#side('ap', 'positive', anchor, positive),
      ...this.#side('an', 'negative', anchor, negative),
      ...this.#ghosts(state),
    );
    for (const corner of CORNERS) this.#drawHandle(corner, place(corner), state.pictures[corner] ?? null);
    this.#arrows.replaceChildren(...CORNERS.flatMap((corner) => this.#arrow(corner, place(corner), state)));
  }

  /** The corner that is nearest to a position on the screen. */
  nearest(clientX: number, clientY: number): Corner {
    const [x, y] = this.pointAt(clientX, clientY);
    const { points = [] } = this.#state ?? {};
    const far = (corner: Corner): number =>
      Math.hypot((points[2 * corner] ?? 0) - x, (points[2 * corner + 1] ?? 0) - y);
    return CORNERS.reduce((best, one) => (far(one) < far(best) ? one : best), 0);
  }

  /** The plane's box on the screen, and how many of its pixels one of the plane has. */
  #fit(): { readonly box: DOMRect; readonly fit: number } {
    const box = this.element.getBoundingClientRect();
    const fit = Math.min(box.width / PLANE_WIDTH, box.height / PLANE_HEIGHT);
    return { box, fit: fit > 0 ? fit : 1 };
  }

  /** A position on the screen, in the plane's own coordinates. */
  pointAt(clientX: number, clientY: number): readonly [number, number] {
    const { box, fit } = this.#fit();
    const x = (clientX - box.left - box.width / 2) / fit;
    const y = (clientY - box.top - box.height / 2) / fit;
    return [x / this.scale, -y / this.scale];
  }

  /** The rectangle that is seen, and a little more, when the plane has this extent. */
  frame(extent: number): Box {
    const { box, fit } = this.#fit();
    const [width, height] = box.width > 0 ? [box.width / fit, box.height / fit] : [PLANE_WIDTH, PLANE_HEIGHT];
    const [x, y] = [width, height].map((size) => (BEYOND * extent * size) / PLANE_HEIGHT) as [number, number];
    return [-x, -y, x, y];
  }

  /** A side of the triangle, with room around it to point at. */
  #side(term: string, kind: string, [x1, y1]: Place, [x2, y2]: Place): SVGElement[] {
    const line = { x1, y1, x2, y2, 'data-term': term };
    return [svg('line', { class: 'reach', ...line }), svg('line', { class: `side ${kind}`, ...line })];
  }

  #pixel(x: number, y: number): readonly [number, number] {
    return [PLANE_WIDTH / 2 + x * this.scale, PLANE_HEIGHT / 2 - y * this.scale];
  }

  #drawGround({ zones, labels, points, pictures }: PlaneState): void {
    const [ox, oy] = this.#pixel(0, 0);
    const grown = this.#grown;
    const middle = grown * (PICTURE_ABOVE + pictureOf(grown) / 2);
    const shapes: SVGElement[] = [];
    const words: SVGElement[] = [];
    const taken: Place[] = CORNERS.flatMap((corner) => {
      const [x, y] = this.#pixel(points[2 * corner] ?? 0, points[2 * corner + 1] ?? 0);
      const above: Place[] = pictures[corner] ? [[x, y - middle]] : [];
      return [[x, y], ...above];
    });
    const say = (places: readonly Place[], text: string, kind: string): void => {
      const place = places.find((one) => isFree(one, taken, grown));
      if (!place) return;
      taken.push(place);
      words.push(svg('text', { x: place[0], y: place[1] + 5 * grown, class: kind }, text));
    };
    const fill = (outline: Outline, kind: string, term?: string): void => {
      const d = pathOf(outline);
      shapes.push(svg('path', { class: kind, d, 'fill-rule': 'evenodd', 'data-term': term }));
    };
    const word: Place = [grown * WORD[0], grown * WORD[1]];
    if (zones) {
      for (const kind of ['semihard', 'hard'] as const)
        fill(this.#pixels(zones[kind]), `zone ${kind}`, kind === 'semihard' ? 'margin' : undefined);
      for (const kind of ['hard', 'semihard', 'easy'] as const)
        say(wordPlaces(this.#pixels(zones[kind]), roomOf(grown), word, taken), labels[kind], kind);
      for (const { symbol, within } of lines(zones)) {
        fill(this.#pixels(within), 'threshold', TERMS[symbol]);
        say(linePlaces(this.#pixels(within)), symbol, 'threshold');
      }
      if (zones.directional) shapes.push(svg('circle', { class: 'unit', cx: ox, cy: oy, r: this.scale }));
    }
    shapes.push(svg('path', { class: 'origin', d: `M ${ox - 5} ${oy} h 10 M ${ox} ${oy - 5} v 10` }));
    this.#ground.replaceChildren(...shapes);
    this.#words.replaceChildren(...words);
  }

  #pixels(outline: Outline): Outline {
    return outline.map((line) => corners(line).flatMap(([x, y]) => this.#pixel(x, y)));
  }

  /** Where normalised points really are: on the unit circle. */
  #ghosts({ zones, points }: PlaneState): SVGElement[] {
    if (!zones?.directional) return [];
    return CORNERS.flatMap((corner) => {
      const [x = 0, y = 0] = [points[2 * corner], points[2 * corner + 1]];
      const length = Math.hypot(x, y);
      if (length < 1e-9) return [];
      const [gx, gy] = this.#pixel(x / length, y / length);
      const [px, py] = this.#pixel(x, y);
      return [
        svg('line', { class: 'tether', x1: px, y1: py, x2: gx, y2: gy }),
        svg('circle', { class: `ghost corner-${corner}`, cx: gx, cy: gy, r: 5 }),
      ];
    });
  }

  #handle(corner: Corner, point: string): SVGGElement {
    const shape =
      corner === 2
        ? svg('rect', { x: -12, y: -12, width: 24, height: 24, rx: 4, transform: 'rotate(45)' })
        : svg('circle', { r: 14 });
    const picture = svg('image', { preserveAspectRatio: 'none' });
    const letter = svg('text', { 'text-anchor': 'middle', y: 5 }, ['A', 'P', 'N'][corner] ?? '');
    return svg(
      'g',
      {
        class: `handle corner-${corner}`,
        tabindex: 0,
        role: 'application',
        'aria-roledescription': point,
        'data-testid': `handle-${['anchor', 'positive', 'negative'][corner] ?? ''}`,
      },
      svg('ellipse', { class: 'touch', rx: TOUCH, ry: TOUCH }),
      shape,
      letter,
      picture,
    );
  }

  #drawHandle(corner: Corner, [x, y]: readonly [number, number], picture: string | null): void {
    const handle = this.handles[corner];
    if (!handle) return;
    handle.setAttribute('transform', `translate(${x} ${y}) scale(${this.#grown})`);
    const image = handle.querySelector('image');
    const side = pictureOf(this.#grown);
    const box = { x: -side / 2, y: -PICTURE_ABOVE - side, width: side, height: side };
    if (image) change(image, { ...box, href: picture, visibility: picture === null ? 'hidden' : 'visible' });
  }

  /** The way downhill: against the gradient that the core computed. */
  #arrow(corner: Corner, [x, y]: readonly [number, number], { geometry }: PlaneState): SVGElement[] {
    const dx = -(geometry?.gradient[2 * corner] ?? 0);
    const dy = geometry?.gradient[2 * corner + 1] ?? 0;
    const length = Math.hypot(dx, dy);
    if (!(length > 1e-4)) return [];
    const begin = 14 * this.#grown;
    const shown = Math.min(LONGEST_ARROW, begin + ARROW_PIXELS * length);
    const [ux, uy] = [dx / length, dy / length];
    return [
      svg('line', {
        class: 'arrow',
        x1: x + begin * ux,
        y1: y + begin * uy,
        x2: x + shown * ux,
        y2: y + shown * uy,
        'marker-end': 'url(#arrow-tip)',
      }),
    ];
  }
}
