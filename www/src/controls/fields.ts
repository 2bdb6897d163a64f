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

/** A text of the page, or one from elsewhere. */
type Label = MessageKey | { readonly text: string };

/** What controls need of the page. */
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

  number(name: NumberName, label: Label, slider = false): HTMLElement {
    const { min, max, step } = property(name);
    const { store } = this.#desk;
    const text = this.#words(label);
    const attributes = { min, max, step: slider ? step : 'any' };
    const input = html('input', {
      type: 'number',
      inputmode: 'decimal',
      'data-testid': `setting-${name}`,
      ...attributes,
      step: 'any',
    });
    const range = slider
      ? html('input', {
          type: 'range',
          ...attributes,
          min: Math.max(min, 0),
          max: Math.min(max, 2),
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

  /** `choices` may come in groups, whose names are of the family `<family>Group`. */
  choice(
    name: ChoiceName,
    label: Label,
    family: string,
    choices: readonly string[] | Readonly<Record<string, readonly string[]>>,
    choose?: (value: string) => void,
  ): HTMLElement {
    const { store, t } = this.#desk;
    const select = html('select', { 'data-testid': `setting-${name}` });
    const options = (values: readonly string[]): HTMLElement[] =>
      values.map((value) => html('option', { value }, t.find(family, value) ?? value));
    if (isList(choices)) select.append(...options(choices));
    else
      for (const [group, values] of Object.entries(choices))
        select.append(
          html('optgroup', { label: t.find(`${family}Group`, group) ?? group }, ...options(values)),
        );
    this.#cleanup.listen(select, 'change', () => {
      if (choose) choose(select.value);
      else this.#take(name, select.value, this.#words(label));
    });
    this.#cleanup.add(
      store.watch([name], (settings) => {
        select.value = settings[name];
      }),
    );
    return html('label', { class: 'field' }, html('span', {}, this.#words(label)), select);
  }

  flag(name: FlagName, label: Label): HTMLElement {
    const { store } = this.#desk;
    const input = html('input', { type: 'checkbox', 'data-testid': `setting-${name}` });
    this.#cleanup.listen(input, 'change', () => {
      store.set({ [name]: input.checked });
    });
    this.#cleanup.add(
      store.watch([name], (settings) => {
        input.checked = settings[name];
      }),
    );
    return html('label', { class: 'field check' }, html('span', {}, this.#words(label)), input);
  }

  /** Widths of layers, as "16, 32, 64". */
  layers(label: MessageKey): HTMLElement {
    const { store, t } = this.#desk;
    const input = html('input', {
      type: 'text',
      'data-testid': 'setting-layers',
      placeholder: t.text('setting.layersOwn'),
      spellcheck: 'false',
    });
    this.#cleanup.listen(input, 'change', () => {
      this.#take(
        'layers',
        input.value
          .trim()
          .split(/[\s,_-]+/)
          .filter(Boolean)
          .join('_'),
        t.text(label),
      );
      input.value = store.value.layers.join(', ');
    });
    this.#cleanup.add(
      store.watch(['layers'], ({ layers }) => {
        input.value = layers.join(', ');
      }),
    );
    return html('label', { class: 'field' }, html('span', {}, t.text(label)), input);
  }

  #words(label: Label): string {
    return typeof label === 'string' ? this.#desk.t.text(label) : label.text;
  }

  #take(name: keyof Settings, text: string, label: string): void {
    const { store, notices } = this.#desk;
    const value: unknown = property(name).parse(text);
    if (value === undefined)
      notices.say('notice.badValue', { tone: 'warning', values: { field: label, text } });
    else store.set({ [name]: value });
  }
}

function isList(
  choices: readonly string[] | Readonly<Record<string, readonly string[]>>,
): choices is readonly string[] {
  return Array.isArray(choices);
}

/** Shows `element` only while `wanted`. */
export function showWhen(element: HTMLElement, wanted: boolean): void {
  element.hidden = !wanted;
}
