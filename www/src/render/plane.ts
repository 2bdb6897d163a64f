import type { Geometry } from 'metriclab';
import { change, svg } from '../dom/element';
import type { Reach } from '../geometry/zones';

export const PLANE_WIDTH = 640;
export const PLANE_HEIGHT = 400;
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

function outline({ kind, size }: Reach, [ax, ay]: readonly [number, number], [ox, oy]: readonly [number, number], scale: number): string {
  const arc = (x: number, y: number, r: number): string => `M ${x - r} ${y} a ${r} ${r} 0 1 0 ${2 * r} 0 a ${r} ${r} 0 1 0 ${-2 * r} 0 Z`;
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
    const tip = svg('marker', { id: 'arrow-tip', viewBox: '0 0 10 10', refX: 8, refY: 5, markerWidth: 6, markerHeight: 6, orient: 'auto-start-reverse' }, svg('path', { d: 'M 0 0 L 10 5 L 0 10 Z' }));
    this.element = svg(
      'svg',
      { class: 'plane', viewBox: `0 0 ${PLANE_WIDTH} ${PLANE_HEIGHT}`, role: 'group', 'aria-label': label, 'data-testid': 'plane' },
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
    const place = (corner: Corner): readonly [number, number] => this.#pixel(state.points[2 * corner] ?? 0, state.points[2 * corner + 1] ?? 0);
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

  #drawGround({ zones, thresholds, onCircle, labels }: PlaneState, anchor: readonly [number, number]): void {
    const origin = this.#pixel(0, 0);
    const shapes: SVGElement[] = [];
    const words: SVGElement[] = [];
    const say = (x: number, y: number, text: string, kind: string): void => {
      const inside = [Math.max(40, Math.min(PLANE_WIDTH - 40, x)), Math.max(16, Math.min(PLANE_HEIGHT - 8, y))];
      words.push(svg('text', { x: inside[0] ?? 0, y: inside[1] ?? 0, class: kind }, text));
    };
    if (zones) {
      const { hard, semihard } = zones;
      shapes.push(svg('path', { class: 'zone semihard', d: outline(semihard, anchor, origin, this.scale) }), svg('path', { class: 'zone hard', d: outline(hard, anchor, origin, this.scale) }));
      for (const [reach, text, kind, share] of [
        [hard, labels.hard, 'hard', 0.6],
        [semihard, labels.semihard, 'semihard', 1],
        [semihard, labels.easy, 'easy', 1.28],
      ] as const) {
        const [x, y] = this.#wordPlace(kind === 'semihard' ? { ...reach, size: (hard.size + semihard.size) / 2 } : reach, share, anchor, origin, kind);
        say(x, y, text, kind);
      }
    }
    for (const { reach, label } of thresholds) {
      shapes.push(svg('path', { class: 'threshold', d: outline(reach, anchor, origin, this.scale) }));
      const [x, y] = this.#wordPlace(reach, 1, anchor, origin, 'threshold');
      say(x, y - 4, label, 'threshold');
    }
    if (onCircle) shapes.push(svg('circle', { class: 'unit', cx: origin[0], cy: origin[1], r: this.scale }));
    shapes.push(svg('path', { class: 'origin', d: `M ${origin[0] - 5} ${origin[1]} h 10 M ${origin[0]} ${origin[1] - 5} v 10` }));
    this.#ground.replaceChildren(...shapes);
    this.#words.replaceChildren(...words);
  }

  #wordPlace({ kind, size }: Reach, share: number, anchor: readonly [number, number], origin: readonly [number, number], word: string): readonly [number, number] {
    const turn = { hard: -Math.PI / 2, semihard: -Math.PI * 0.7, easy: -Math.PI * 0.85, threshold: Math.PI * 0.35 }[word] ?? 0;
    if (kind === 'disc') {
      const r = size * this.scale * share + (word === 'easy' ? 14 : 0);
      return [anchor[0] + r * Math.cos(turn), anchor[1] + r * Math.sin(turn)];
    }
    const direction = Math.atan2(anchor[1] - origin[1], anchor[0] - origin[0]) - Math.min(Math.PI, size * share);
    const r = Math.min(PLANE_HEIGHT * 0.42, this.scale * 1.12);
    return [origin[0] + r * Math.cos(direction), origin[1] + r * Math.sin(direction)];
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
      return [svg('line', { class: 'tether', x1: px, y1: py, x2: gx, y2: gy }), svg('circle', { class: `ghost corner-${corner}`, cx: gx, cy: gy, r: 5 })];
    });
  }

  #handle(corner: Corner): SVGGElement {
    const shape = corner === 2 ? svg('rect', { x: -12, y: -12, width: 24, height: 24, rx: 4, transform: 'rotate(45)' }) : svg('circle', { r: 14 });
    const picture = svg('image', { x: -22, y: -62, width: 44, height: 44, preserveAspectRatio: 'none' });
    const letter = svg('text', { 'text-anchor': 'middle', y: 5 }, ['A', 'P', 'N'][corner] ?? '');
    return svg('g', { class: `handle corner-${corner}`, tabindex: 0, role: 'button', 'data-testid': `handle-${['anchor', 'positive', 'negative'][corner] ?? ''}` }, shape, letter, picture);
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
    return [svg('line', { class: 'arrow', x1: x + 14 * ux, y1: y + 14 * uy, x2: x + shown * ux, y2: y + shown * uy, 'marker-end': 'url(#arrow-tip)' })];
  }
}
