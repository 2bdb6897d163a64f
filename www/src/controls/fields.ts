import { html } from '../dom/element';
import type { MessageKey, Translator } from '../i18n/translator';
import { property } from '../store/link';
import type { Settings } from '../store/settings';
import type { Cleanup } from '../store/signal';
import type { Store } from '../store/store';

type NamesOf<T> = { [K in keyof Settings]: [Settings[K]] extends [T] ? K : never }[keyof Settings];
export type NumberName = NamesOf<number>;
export type FlagName = NamesOf<boolean>;
export type ChoiceName = NamesOf<string>;

/** The parts of the page that controls need. */
interface Desk {
  readonly store: Store;
  readonly t: Translator;
  readonly notices: {
    readonly say: (
      key: MessageKey,
      draft: { tone: 'warning'; values: Readonly<Record<string, string>> },
    ) => unknown;
  };
}

/** Controls bound to settings; each tells when what was typed cannot be used. */
export class Fields {
  readonly #desk: Desk;
  readonly #cleanup: Cleanup;

  constructor(desk: Desk, cleanup: Cleanup) {
    this.#desk = desk;
    this.#cleanup = cleanup;
  }

  number(name: NumberName, label: MessageKey, slider = false): HTMLElement {
    const { min, max, step } = property(name);
    const { store, t } = this.#desk;
    const text = t.text(label);
    const input = html('input', {
      type: 'number',
      inputmode: 'decimal',
      'data-testid': `setting-${name}`,
      min,
      max,
      step: 'any',
    });
    const range = slider
      ? html('input', {
          type: 'range',
          min: Math.max(min, 0),
          max: Math.min(max, 2),
          step,
          'aria-label': text,
          'data-testid': `slider-${name}`,
        })
      : null;
    this.#cleanup.listen(input, 'change', () => {
      this.#take(name, input.value, text);
      input.value = property(name).print(store.value[name]);
    });
    if (range) {
      this.#cleanup.listen(range, 'input', () => {
        this.#take(name, range.value, text);
      });
    }
    this.#cleanup.add(
      store.watch([name], (settings) => {
        input.value = property(name).print(settings[name]);
        if (range) range.value = input.value;
      }),
    );
    return html('label', { class: slider ? 'field slider' : 'field' }, html('span', {}, text), range, input);
  }

  /** `family` is that of the messages that name the choices. */
  choice(name: ChoiceName, label: MessageKey, family: string, choices: readonly string[]): HTMLElement {
    const { store, t } = this.#desk;
    const options = choices.map((value) => html('option', { value }, t.find(family, value) ?? value));
    const select = html('select', { 'data-testid': `setting-${name}` }, ...options);
    this.#cleanup.listen(select, 'change', () => {
      this.#take(name, select.value, t.text(label));
    });
    this.#cleanup.add(
      store.watch([name], (settings) => {
        select.value = settings[name];
      }),
    );
    return html('label', { class: 'field' }, html('span', {}, t.text(label)), select);
  }

  flag(name: FlagName, label: MessageKey): HTMLElement {
    const { store, t } = this.#desk;
    const input = html('input', { type: 'checkbox', 'data-testid': `setting-${name}` });
    this.#cleanup.listen(input, 'change', () => {
      store.set({ [name]: input.checked });
    });
    this.#cleanup.add(
      store.watch([name], (settings) => {
        input.checked = settings[name];
      }),
    );
    return html('label', { class: 'field check' }, html('span', {}, t.text(label)), input);
  }

  #take(name: keyof Settings, text: string, label: string): void {
    const { store, notices } = this.#desk;
    const value: unknown = property(name).parse(text);
    if (value === undefined)
      notices.say('notice.badValue', { tone: 'warning', values: { field: label, text } });
    else store.set({ [name]: value });
  }
}

/** Shows `element` only while `wanted`. */
export function showWhen(element: HTMLElement, wanted: boolean): void {
  element.hidden = !wanted;
}
