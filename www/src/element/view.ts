import { mount, unmount } from 'svelte';
import type { FigureName } from '../figures/registry';
import pageStyle from '../lesson/page.css?raw';
import { page } from '../state/page.svelte';
import { languageOf, type Language } from '../words';
import { Attributes } from './attributes.svelte';
import Shell from './Shell.svelte';

/** The styles of all figures; the build puts them here (element.config.ts). */
declare const __ELEMENT_STYLES__: string;

/** Figures that list things: as high as what they show, where the page says no height. A box of 560 px would scroll within the page. */
const GROWING: readonly FigureName[] = [
  'newcomer',
  'search',
  'gallery',
  'map',
  'matrix',
  'confusion',
  'river',
  'collapse',
  'describe',
  'recommend',
  'voices',
  'needs',
];
const growing = `:host(:is(${GROWING.map((view) => `[view='${view}']`).join()}))`;

const HOST = `
:host([theme='system']) { color-scheme: light dark; }
:host([theme='light']) { color-scheme: light; }
:host([theme='dark']) { color-scheme: dark; }
${growing} { height: auto; }
/* Until then as high as its place was, with the padding. */
${growing} [part='figure']::before { content: ''; float: left; height: 536px; }
[part='figure'] { outline-color: light-dark(#000, #fff); transition: outline-color 1ms; }
`;

/** The page's own style within a shadow root, where there is no document and no typeface to declare. */
function hosted(style: string): string {
  return (
    style
      .replace(/@font-face\s*\{[^}]*\}/g, '')
      .replace(/:root\[data-theme='(\w+)'\]/g, ":host([theme='$1'])")
      .replaceAll(':root', ':host')
      // A figure is as light or dark as the page around it, unless `theme` says otherwise.
      .replace(/:host \{\s*color-scheme:[^;]*;/, ':host {')
      .replace(/(^|\n)body \{/g, '$1:host {')
  );
}

/** A figure in a page of its own asks for the window's width; here it asks for the element's. */
const within = (style: string): string =>
  style.replace(/@media(?=\s*\(width)/g, '@container').replace(/(?<=\d)vw/g, 'cqi');

let sheet: CSSStyleSheet | null = null;
function styles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(within(hosted(pageStyle) + HOST + __ELEMENT_STYLES__));
  }
  return sheet;
}

export interface View {
  /** The attributes have changed. */
  readonly refresh: () => void;
  readonly end: () => void;
}

/** The language of an element: its own, that of what it lies in, or the browser's. */
const languageAround = (element: HTMLElement): Language | undefined =>
  languageOf(element.closest('[lang]')?.getAttribute('lang') ?? navigator.language);

function findSite(element: HTMLElement): void {
  const site = element.getAttribute('site');
  if (site !== null && URL.canParse(site, document.baseURI))
    page.root = new URL(site.endsWith('/') ? site : `${site}/`, document.baseURI).href;
}

/** Shows an element's figure in its shadow root. */
export function show(element: HTMLElement, root: ShadowRoot): View {
  const own = styles();
  if (!root.adoptedStyleSheets.includes(own)) root.adoptedStyleSheets = [own, ...root.adoptedStyleSheets];
  const attributes = new Attributes(element, languageAround);
  findSite(element);
  const tell = (type: string, detail: object): void => {
    element.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  };
  const shell = mount(Shell, { target: root, props: { attributes, tell } });
  return {
    refresh: () => {
      findSite(element);
      attributes.read();
    },
    end: () => void unmount(shell),
  };
}
