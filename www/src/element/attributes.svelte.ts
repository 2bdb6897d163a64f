import type { Language } from '../words';

/** The attributes of an element, and its language, as state that figures follow. */
export class Attributes {
  #values = $state.raw<ReadonlyMap<string, string>>(new Map());
  language = $state.raw<Language | undefined>();
  readonly #element: HTMLElement;
  readonly #languageOf: (element: HTMLElement) => Language | undefined;

  constructor(element: HTMLElement, languageOf: (element: HTMLElement) => Language | undefined) {
    [this.#element, this.#languageOf] = [element, languageOf];
    this.read();
  }

  read(): void {
    this.#values = new Map([...this.#element.attributes].map(({ name, value }) => [name, value]));
    this.language = this.#languageOf(this.#element);
  }

  get(name: string): string | null {
    return this.#values.get(name) ?? null;
  }
}
