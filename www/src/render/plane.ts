import type { Geometry } from 'metriclab';
import { change, svg } from '../dom/element';
import { PLANE_ASPECT, type Reach } from '../geometry/zones';

export const PLANE_WIDTH = 640;
export const PLANE_HEIGHT = PLANE_WIDTH / PLANE_ASPECT;
const ARROW_PIXELS = 70;
const LONGEST_ARROW = 150;

export type Corner = 0 | 1 | 2;
export const CORNERS: readonly Corner[] = [0, 1, 2];

export interface PlaneState {
  readonly points: readonly number[];
  readonly extent: number;
  readonly onCircle: boolean;
  readonly zones: { readonly hard: Reach; readonly semihard: Reach } | null;
  /** Thresholds of the loss, as dashed lines. */
  readonly thresholds: readonly { readonly reach: Reach; readonly label: string }[];
  readonly geometry: Geometry | null;
  readonly pictures: readonly (string | null)[];
  readonly labels: { readonly easy: string; readonly semihard: string; readonly hard: string };
}

/** Upwards first, then to both sides, then down. */
const WORD_ANGLES = [-90, -120, -60, -150, 180, 150, -30, 0, 120, 60, 90, 30].map(
  (degrees) => (degrees * Math.PI) / 180,
);

function roomFor(x: number, y: number, taken: readonly (readonly [number, number])[]): boolean {
  const inside = x > 60 && x < PLANE_WIDTH - 60 && y > 14 && y < PLANE_HEIGHT - 14;
  return inside && taken.every(([tx, ty]) => Math.abs(tx - x) > 66 || Math.abs(ty - y) > 26);
}

function outline(
  { kind, size }: Reach,
  [ax, ay]: readonly [number, number],
  [ox, oy]: readonly [number, number],
  scale: number,
): string {
  const arc = (x: number, y: number, r: number): string =>
    `M ${x - r} ${y} a ${r} ${r} 0 1 0 ${2 * r} 0 a ${r} ${r} 0 1 0 ${-2 * r} 0 Z`;
  if (kind === 'disc') return arc(ax, ay, size * scale);
  const far = 2 * PLANE_WIDTH;
  if (size >= Math.PI - 1e-6) return arc(ox, oy, far);
  const direction = Math.atan2(ay - oy, ax - ox);
  const at = (angle: number): string => `${ox + far * Math.cos(angle)} ${oy + far * Math.sin(angle)}`;
  return `M ${ox} ${oy} L ${at(direction - size)} A ${far} ${far} 0 ${size > Math.PI / 2 ? 1 : 0} 1 ${at(direction + size)} Z`;
}

/** The plane with anchor, positive and negative. It draws what it is told and knows no formula. */
export class Plane {
  readonly element: SVGSVGElement;
  readonly handles: readonly SVGGElement[];
  readonly #ground = svg('g');
  readonly #lines = svg('g');
  readonly #arrows = svg('g');
  readonly #words = svg('g', { class: 'zone-words' });
  #state: PlaneState | null = null;

  constructor(label: string) {
    this.handles = CORNERS.map((corner) => this.#handle(corner));
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
    const place = (corner: Corner): readonly [number, number] =>
      this.#pixel(state.points[2 * corner] ?? 0, state.points[2 * corner + 1] ?? 0);
    const [anchor, positive, negative] = [place(0), place(1), place(2)];
    this.#drawGround(state, anchor);
    this.#lines.replaceChildren(
      svg('line', { class: 'side positive', x1: anchor[0], y1: anchor[1], x2: positive[0], y2: positive[1] }),
      svg('line', { class: 'side negative', x1: anchor[0], y1: anchor[1], x2: negative[0], y2: negative[1] }),
      ...this.#ghosts(state),
    );
    for (const corner of CORNERS) this.#drawHandle(corner, place(corner), state.pictures[corner] ?? null);
    this.#arrows.replaceChildren(...CORNERS.flatMap((corner) => this.#arrow(corner, place(corner), state)));
  }

  /** A position on the screen, in the plane's own coordinates. */
  pointAt(clientX: number, clientY: number): readonly [number, number] {
    const box = this.element.getBoundingClientRect();
    const fit = Math.min(box.width / PLANE_WIDTH, box.height / PLANE_HEIGHT);
    const x = (clientX - box.left - box.width / 2) / fit;
    const y = (clientY - box.top - box.height / 2) / fit;
    return [x / this.scale, -y / this.scale];
  }

  #pixel(x: number, y: number): readonly [number, number] {
    return [PLANE_WIDTH / 2 + x * this.scale, PLANE_HEIGHT / 2 - y * this.scale];
  }

  #drawGround(
    { zones, thresholds, onCircle, labels, points }: PlaneState,
    anchor: readonly [number, number],
  ): void {
    const origin = this.#pixel(0, 0);
    const shapes: SVGElement[] = [];
    const words: SVGElement[] = [];
    const taken: (readonly [number, number])[] = [0, 1, 2].map((corner) =>
      this.#pixel(points[2 * corner] ?? 0, points[2 * corner + 1] ?? 0),
    );
    const say = (places: readonly (readonly [number, number])[], text: string, kind: string): void => {
      const place = places.find(([x, y]) => roomFor(x, y, taken));
      if (!place) return;
      taken.push(place);
      words.push(svg('text', { x: place[0], y: place[1] + 5, class: kind }, text));
    };
    if (zones) {
      const { hard, semihard } = zones;
      shapes.push(
        svg('path', { class: 'zone semihard', d: outline(semihard, anchor, origin, this.scale) }),
        svg('path', { class: 'zone hard', d: outline(hard, anchor, origin, this.scale) }),
      );
      say(this.#wordPlaces(hard, 0.6 * hard.size, anchor, origin), labels.hard, 'hard');
      say(
        this.#wordPlaces(semihard, (hard.size + semihard.size) / 2, anchor, origin),
        labels.semihard,
        'semihard',
      );
      say(
        this.#wordPlaces(
          semihard,
          semihard.kind === 'disc' ? semihard.size + 24 / this.scale : 1.3 * semihard.size,
          anchor,
          origin,
        ),
        labels.easy,
        'easy',
      );
    }
    for (const { reach, label } of thresholds) {
      shapes.push(svg('path', { class: 'threshold', d: outline(reach, anchor, origin, this.scale) }));
      say(this.#wordPlaces(reach, reach.size, anchor, origin), label, 'threshold');
    }
    if (onCircle) shapes.push(svg('circle', { class: 'unit', cx: origin[0], cy: origin[1], r: this.scale }));
    shapes.push(
      svg('path', {
        class: 'origin',
        d: `M ${origin[0] - 5} ${origin[1]} h 10 M ${origin[0]} ${origin[1] - 5} v 10`,
      }),
    );
    this.#ground.replaceChildren(...shapes);
    this.#words.replaceChildren(...words);
  }

  /** Where a word about what lies `size` away from the anchor can stand, the best places first. */
  #wordPlaces(
    { kind }: Reach,
    size: number,
    anchor: readonly [number, number],
    origin: readonly [number, number],
  ): (readonly [number, number])[] {
    const around = (
      centre: readonly [number, number],
      r: number,
      angle: number,
    ): readonly [number, number] => [centre[0] + r * Math.cos(angle), centre[1] + r * Math.sin(angle)];
    if (kind === 'disc') return WORD_ANGLES.map((angle) => around(anchor, size * this.scale, angle));
    const middle = Math.atan2(anchor[1] - origin[1], anchor[0] - origin[0]);
    const turn = Math.min(Math.PI, size);
    return [1.15, 0.9, 0.6, 1.4].flatMap((share) =>
      [middle - turn, middle + turn].map((angle) => around(origin, this.scale * share, angle)),
    );
  }

  /** Where normalised points really are: on the unit circle. */
  #ghosts({ onCircle, points }: PlaneState): SVGElement[] {
    if (!onCircle) return [];
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

  #handle(corner: Corner): SVGGElement {
    const shape =
      corner === 2
        ? svg('rect', { x: -12, y: -12, width: 24, height: 24, rx: 4, transform: 'rotate(45)' })
        : svg('circle', { r: 14 });
    const picture = svg('image', { x: -22, y: -62, width: 44, height: 44, preserveAspectRatio: 'none' });
    const letter = svg('text', { 'text-anchor': 'middle', y: 5 }, ['A', 'P', 'N'][corner] ?? '');
    return svg(
      'g',
      {
        class: `handle corner-${corner}`,
        tabindex: 0,
        role: 'button',
        'data-testid': `handle-${['anchor', 'positive', 'negative'][corner] ?? ''}`,
      },
      shape,
      letter,
      picture,
    );
  }

  #drawHandle(corner: Corner, [x, y]: readonly [number, number], picture: string | null): void {
    const handle = this.handles[corner];
    if (!handle) return;
    handle.setAttribute('transform', `translate(${x} ${y})`);
    const image = handle.querySelector('image');
    if (image) change(image, { href: picture, visibility: picture === null ? 'hidden' : 'visible' });
  }

  /** The way downhill: against the gradient that the core computed. */
  #arrow(corner: Corner, [x, y]: readonly [number, number], { geometry }: PlaneState): SVGElement[] {
    const dx = -(geometry?.gradient[2 * corner] ?? 0);
    const dy = geometry?.gradient[2 * corner + 1] ?? 0;
    const length = Math.hypot(dx, dy);
    if (!(length > 1e-4)) return [];
    const shown = Math.min(LONGEST_ARROW, 14 + ARROW_PIXELS * length);
    const [ux, uy] = [dx / length, dy / length];
    return [
      svg('line', {
        class: 'arrow',
        x1: x + 14 * ux,
        y1: y + 14 * uy,
        x2: x + shown * ux,
        y2: y + shown * uy,
        'marker-end': 'url(#arrow-tip)',
      }),
    ];
  }
}
