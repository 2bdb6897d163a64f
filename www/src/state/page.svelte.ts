import { languageOf, preferredLanguage, WORDS, type Language, type Words } from '../words';
import { DEVICES, THEMES, type Device, type Theme } from './options';
import { licenceAddress, ownQuery, referenceAddress, siteAddress } from './site';
import type { Telling } from './telling.svelte';

const oneOf = <T extends string>(all: readonly T[], text: string | null): T | undefined =>
  all.find((one) => one === text);

/** The state that all figures of a page share: language, appearance, and the laboratory's device. The address carries them. */
class PageState {
  /** The way from this page to the folder of all pages. */
  root = $state(document.documentElement.dataset['root'] ?? '../');
  #language = $state<Language>('en');
  theme = $state<Theme>('system');
  device = $state<Device>('auto');
  /** The language of the figure that asks, where one page shows figures in several languages. */
  within: (() => Language | undefined) | null = null;

  /** Where a page wants to hear of what fails: what tells it of the figure that asks. */
  failing: (() => ((error: unknown) => void) | undefined) | null = null;

  /** Where a page wants to hear of steps and picks: what tells it of the figure that asks. */
  telling: (() => Telling | undefined) | null = null;

  constructor() {
    const query = new URLSearchParams(window.location.search);
    this.#language = languageOf(query.get('lang') ?? '') ?? preferredLanguage();
    this.theme = oneOf(THEMES, query.get('theme')) ?? 'system';
    this.device = oneOf(DEVICES, query.get('device')) ?? 'auto';
  }

  get language(): Language {
    return this.within?.() ?? this.#language;
  }

  set language(language: Language) {
    this.#language = language;
  }

  get words(): Words {
    return WORDS[this.language];
  }

  /** Whether the other pages can be reached: an element in a foreign page knows them by the address of a copy. */
  get hasSite(): boolean {
    return !this.within || URL.canParse(this.root);
  }

  /** The address of a file of data, packed with gzip. */
  data(name: string): string {
    return `${this.root}data/${name}.gz`;
  }

  /** The address of a packed data set. */
  dataset(name: string): string {
    return this.data(`${name}.mlds`);
  }

  /** The address of one of the pages, such as `learn/`, in the same language and appearance. */
  at(folder: '' | 'learn/' | 'use/' | 'embed/', fragment = ''): string {
    return siteAddress(this.root, folder, this.#query(), fragment);
  }

  /** The address of the laboratory with some of its settings, such as `view=triplet`. */
  lab(settings = ''): string {
    const device = this.device === 'auto' ? '' : `device=${this.device}&`;
    return siteAddress(this.root, 'lab/', new URLSearchParams(`lang=${this.language}&${device}${settings}`));
  }

  /** The address of the licences of everything in the site. */
  get licences(): string {
    return licenceAddress(this.root);
  }

  /** The address of the package's reference; null where it is not part of the site. */
  get reference(): string | null {
    return referenceAddress(this.root, this.theme);
  }

  /** The address of this page in its language and appearance. */
  own(fragment = ''): string {
    return `${window.location.pathname}?${ownQuery(this.#query())}${fragment}`;
  }

  #query(): URLSearchParams {
    const query = new URLSearchParams({ lang: this.language });
    if (this.theme !== 'system') query.set('theme', this.theme);
    if (this.device !== 'auto') query.set('device', this.device);
    return query;
  }

  /** Makes the document follow the state; called within an effect. */
  dress(): void {
    const root = document.documentElement;
    root.lang = this.language;
    root.dataset['theme'] = this.theme;
    document.title = this.words.page.title;
  }

  /** Makes the document and its address follow the state; called within an effect. */
  apply(): void {
    this.dress();
    window.history.replaceState(window.history.state, '', this.own(window.location.hash));
  }
}

export const page = new PageState();
