import { MetricLabError } from 'metriclab';
import type { MessageKey } from '../i18n/translator';
import { Signal } from '../store/signal';

export type Tone = 'info' | 'warning' | 'error';

export interface NoticeAction {
  readonly label: MessageKey;
  readonly run: () => void;
}

export interface Notice {
  readonly id: number;
  readonly tone: Tone;
  /** An error's code, or a message of the page's own. */
  readonly text: { readonly code: string } | { readonly key: MessageKey };
  readonly values: Readonly<Record<string, string | number>>;
  /** The exact words of the core, in English, for who wants them. */
  readonly detail: string;
  readonly action: NoticeAction | null;
}

type Draft = Partial<Omit<Notice, 'id' | 'text'>>;

const MOST = 4;

/** The notices of the page, newest last. */
export class Notices {
  readonly list = new Signal<readonly Notice[]>([]);
  #nextId = 1;

  say(key: MessageKey, draft: Draft = {}): number {
    return this.#add({ key }, draft);
  }

  /** Tells of a failure by its code. */
  fail(thrown: unknown, draft: Draft = {}): number {
    const error =
      thrown instanceof MetricLabError ? thrown : new MetricLabError('engine.unexpected', String(thrown));
    return this.#add({ code: error.code }, { tone: 'error', detail: error.message, ...draft });
  }

  dismiss(id: number): void {
    this.list.set(this.list.value.filter((notice) => notice.id !== id));
  }

  #add(text: Notice['text'], draft: Draft): number {
    const id = this.#nextId++;
    const notice: Notice = { tone: 'info', values: {}, detail: '', action: null, ...draft, id, text };
    const key = JSON.stringify(text);
    const others = this.list.value.filter((other) => JSON.stringify(other.text) !== key);
    this.list.set([...others, notice].slice(-MOST));
    return id;
  }
}
