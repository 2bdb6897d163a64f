import { LANGUAGES, WORDS, type Language, type Words } from '../words';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const oneOf = <T extends string>(all: readonly T[], text: string | null): T | undefined =>
  all.find((one) => one === text);

function preferredLanguage(): Language {
  for (const tag of navigator.languages) {
    const known = oneOf(LANGUAGES, tag.slice(0, 2).toLowerCase());
    if (known) return known;
  }
  return 'en';
}

/** The state that all figures of a page share: language and appearance. The address carries both. */
class PageState {
  /** The way from this page to the folder of all pages. */
  root = $state(document.documentElement.dataset['root'] ?? '../');
  language = $state<Language>('en');
  theme = $state<Theme>('system');

  constructor() {
    const query = new URLSearchParams(window.location.search);
    this.language = oneOf(LANGUAGES, query.get('lang')) ?? preferredLanguage();
    this.theme = oneOf(THEMES, query.get('theme')) ?? 'system';
  }

  get words(): Words {
    return WORDS[this.language];
  }

  /** The address of a packed data set. */
  dataset(name: string): string {
    return `${this.root}data/${name}.mlds.gz`;
  }

  /** The address of one of the pages, such as `learn/`, in the same language and appearance. */
  at(folder: '' | 'learn/' | 'use/' | 'embed/', fragment = ''): string {
    return this.href(this.root + folder, fragment);
  }

  /** The address of the laboratory with some of its settings, such as `view=triplet`. */
  lab(settings = ''): string {
    return `${this.root}lab/?${new URLSearchParams(`lang=${this.language}&${settings}`).toString()}`;
  }

  /** The address of a page in the same language and appearance. */
  href(path: string, fragment = ''): string {
    const query = new URLSearchParams({ lang: this.language });
    if (this.theme !== 'system') query.set('theme', this.theme);
    return `${path}?${query.toString()}${fragment}`;
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
    const wanted = this.href(window.location.pathname, window.location.hash);
    window.history.replaceState(window.history.state, '', wanted);
  }
}

export const page = new PageState();
