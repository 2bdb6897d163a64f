import { html } from '../dom/element';
import type { Size, View } from '../geometry/camera';
import { apart } from '../geometry/labels';

/** Height of a name, the width of one of its letters, and of what is around them, in pixels of the page. */
const [HIGH, WIDE, AROUND] = [25, 12, 12];
/** More names than these cover each other in any case. */
const APART = 30;

/** Names of classes over a map, each where its class has its middle. */
export class ClassNames {
  readonly element = html('div', { class: 'class-names', 'aria-hidden': 'true' });
  readonly #nameOf: (label: number) => string;
  #places: readonly (readonly [number, number])[] = [];

  constructor(nameOf: (label: number) => string) {
    this.#nameOf = nameOf;
  }

  place(places: readonly (readonly [number, number])[]): void {
    this.#places = places;
    while (this.element.childElementCount > places.length) this.element.lastElementChild?.remove();
    while (this.element.childElementCount < places.length) this.element.append(html('span'));
    places.forEach((_, label) => {
      const name = this.element.children[label];
      const text = this.#nameOf(label);
      if (name && name.textContent !== text) name.textContent = text;
    });
  }

  draw({ scale, offsetX, offsetY }: View, { width, height }: Size): void {
    const all = this.#places.map(([px, py], label) => ({
      label,
      text: this.#nameOf(label),
      x: px * scale + offsetX,
      y: offsetY - py * scale,
    }));
    const inside = all.filter(({ x, y }) => x >= 0 && y >= 0 && x <= width && y <= height);
    const shown = inside.length > APART ? inside : apart(inside, HIGH, (text) => AROUND + WIDE * text.length);
    const places = new Map(shown.map(({ label, x, y }) => [label, [Math.round(x), Math.round(y)]]));
    this.#places.forEach((_, label) => {
      const name = this.element.children[label];
      if (!(name instanceof HTMLElement)) return;
      const place = places.get(label);
      name.hidden = place === undefined;
      if (place) name.style.transform = `translate(-50%, -50%) translate(${place[0]}px, ${place[1]}px)`;
    });
  }
}
