import { PACKED } from '../store/datasets';
import { ERRORS } from '../words/errors';
import type { Language } from '../words/languages';
import { MESSAGES, type MessageKey } from '../words/messages';

export type { MessageKey };
export type Values = Readonly<Record<string, string | number>>;

/** Titles and notes of the data sets, which come with their recipes. */
const DATASETS: Readonly<Record<string, 'title' | 'note'>> = { data: 'title', dataNote: 'note' };

function has<T extends object>(object: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(object, key);
}

/** Says things in one language. */
export class Translator {
  readonly lang: Language;
  readonly #numbers = new Map<string, Intl.NumberFormat>();

  constructor(lang: Language) {
    this.lang = lang;
  }

  /** A message; `{name}` in it becomes `values.name`. */
  text(key: MessageKey, values: Values = {}): string {
    return this.#fill(MESSAGES[this.lang][key], values);
  }

  /** A message of a family, like `loss.triplet`; `undefined` where the family has none of that name. */
  find(family: string, name: string): string | undefined {
    const part = DATASETS[family];
    const texts = part && PACKED.find((entry) => entry.name === name)?.[part];
    if (part) return texts?.[this.lang] ?? texts?.en;
    const messages = MESSAGES[this.lang];
    const key = `${family}.${name}`;
    return has(messages, key) ? messages[key] : undefined;
  }

  error(code: string): string {
    const errors = ERRORS[this.lang];
    return has(errors, code) ? errors[code] : errors['engine.unexpected'];
  }

  whole(value: number): string {
    return this.#format({ maximumFractionDigits: 0 }).format(value);
  }

  decimal(value: number, digits: number): string {
    if (!Number.isFinite(value)) return '–';
    if (Math.abs(value) >= 1e7) return value.toExponential(2);
    return this.#format({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  }

  percent(share: number): string {
    return Number.isFinite(share)
      ? this.#format({ style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(share)
      : '–';
  }

  #fill(text: string, values: Values): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? this.#format({ maximumFractionDigits: 3 }).format(value) : value;
    });
  }

  #format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    const key = JSON.stringify(options);
    let format = this.#numbers.get(key);
    if (!format) {
      format = new Intl.NumberFormat(this.lang, options);
      this.#numbers.set(key, format);
    }
    return format;
  }
}
