import type { Language } from '../words';

/** Whether light and dark come out dark on an element: what its style sheets get from `light-dark()`. */
function isDark(element: HTMLElement): boolean {
  const schemes = getComputedStyle(element).colorScheme.split(' ');
  if (!schemes.includes('dark')) return false;
  return !schemes.includes('light') || window.matchMedia('(prefers-color-scheme: dark)').matches;
}

/** The attributes of an element, its language, and whether it is dark, as state that figures follow. */
export class Attributes {
  #values = $state.raw<ReadonlyMap<string, string>>(new Map());
  language = $state.raw<Language | undefined>();
  dark = $state(false);
  readonly #element: HTMLElement;
  readonly #languageOf: (element: HTMLElement) => Language | undefined;

  constructor(element: HTMLElement, languageOf: (element: HTMLElement) => Language | undefined) {
    [this.#element, this.#languageOf] = [element, languageOf];
    this.read();
  }

  read(): void {
    this.#values = new Map([...this.#element.attributes].map(({ name, value }) => [name, value]));
    this.language = this.#languageOf(this.#element);
    this.look();
  }

  /** Light may have become dark. */
  look(): void {
    this.dark = isDark(this.#element);
  }

  get(name: string): string | null {
    return this.#values.get(name) ?? null;
  }
}
