/** The attributes of an element as state that figures follow. */
export class Attributes {
  #values = $state.raw<ReadonlyMap<string, string>>(new Map());
  readonly #element: Element;

  constructor(element: Element) {
    this.#element = element;
    this.read();
  }

  read(): void {
    this.#values = new Map([...this.#element.attributes].map(({ name, value }) => [name, value]));
  }

  get(name: string): string | null {
    return this.#values.get(name) ?? null;
  }
}
