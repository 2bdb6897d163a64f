import { change, html } from '../../dom/element';
import { sampleCanvas } from '../../dom/sample';
import type { Size, View } from '../../geometry/camera';
import { sampleName } from '../../i18n/class-name';
import type { Motion } from '../../render/motion';
import type { Page } from '../page';

/** The sample under the pointer: its tip, and its nearest in the embedding. */
export class Pointed {
  readonly tip = html('div', { class: 'tip', hidden: true, 'data-testid': 'tip' });
  /** The pictures of those of its nearest that the map leaves out. */
  readonly beyond = new Map<number, HTMLCanvasElement>();
  readonly #verdict = html('span', { class: 'note', 'data-testid': 'tip-near' });
  readonly #page: Page;
  readonly #host: HTMLElement;
  readonly #motion: Motion;
  #index = -1;

  constructor(page: Page, host: HTMLElement, motion: Motion) {
    this.#page = page;
    this.#host = host;
    this.#motion = motion;
  }

  /** −1 for none. */
  get index(): number {
    return this.#index;
  }

  /** Its nearest; those of the selected sample are drawn already. */
  get near(): readonly number[] {
    if (this.#index < 0 || this.#index === this.#page.store.value.selected) return [];
    return this.#page.projections.pointedNear(this.#index) ?? [];
  }

  /** Whether another sample is pointed at. */
  point(index: number): boolean {
    if (index === this.#index) return false;
    this.#index = index;
    this.#page.projections.point(index);
    const { session, t } = this.#page;
    const data = session.data.value;
    this.tip.hidden = index < 0 || !data;
    this.#host.style.cursor = index < 0 ? '' : 'pointer';
    if (index >= 0 && data) {
      const role = session.info.value?.roles[index] ?? 0;
      this.tip.replaceChildren(
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
    this.tellNear();
    return true;
  }

  /** Its nearest have come, or those of another step. */
  tellNear(): void {
    const { session, projections, t } = this.#page;
    const data = session.data.value;
    const near = projections.pointedNear(this.#index);
    this.beyond.clear();
    change(this.#host, {
      'data-hovered': this.#index < 0 ? null : this.#index,
      'data-near': near?.join(' ') ?? null,
    });
    this.#verdict.hidden = !near;
    if (!near || !data) return;
    const right = near.filter((index) => data.labels[index] === data.labels[this.#index]).length;
    this.#verdict.textContent = t.text('neighbour.pointed', { right, k: near.length });
    for (const index of near) if (!this.#motion.has(index)) this.beyond.set(index, sampleCanvas(data, index));
  }

  placeTip(view: View, size: Size, now: number): void {
    if (this.#index < 0) return;
    const [px, py] = this.#motion.placeNow(this.#index, now);
    const x = px * view.scale + view.offsetX;
    const y = view.offsetY - py * view.scale;
    const left = this.#aside(px)
      ? Math.max(4, x - 16 - this.tip.offsetWidth)
      : Math.min(x + 16, size.width - 150);
    const top = Math.min(Math.max(y - 30, 4), size.height - 76);
    this.tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  /** Whether most of the nearest lie to the right of the point, where the tip would hide them. */
  #aside(x: number): boolean {
    const { near } = this;
    const right = near.filter((index) => {
      const place = this.#motion.has(index)
        ? this.#motion.place(index)
        : this.#page.projections.placeOf(index);
      return (place?.[0] ?? x) > x;
    });
    return 2 * right.length > near.length;
  }
}
