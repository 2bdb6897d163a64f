import type * as en from '../words/en/element';
import type { View } from './view';

export { configure } from './options';

const TEXTS = import.meta.glob<typeof en>('../words/*/element.ts', { eager: true });
const textsOf = (tag: string): typeof en | undefined =>
  TEXTS[`../words/${tag.slice(0, 2).toLowerCase()}/element.ts`];

/** Outside a browser there is no such class, and nothing is registered. */
const Base =
  (globalThis as { HTMLElement?: typeof HTMLElement }).HTMLElement ??
  (Object as unknown as typeof HTMLElement);
/** A figure is fetched when it is this near to being seen. */
const NEAR = '200px';
/** And that for this time: before a deck of slides has begun, all of its slides lie in the page. */
const DWELL_MS = 200;

const TRUST =
  "The page enforces Trusted Types: its content security policy needs trusted-types metriclab, and 'allow-duplicates' after it where the page holds the package twice.";

/** Whether it is shown where it lies. A deck hides the slides that lie under the present one. */
function shown(element: Element): boolean {
  const { checkVisibility } = element as Partial<Pick<Element, 'checkVisibility'>>;
  return checkVisibility?.call(element, { visibilityProperty: true, opacityProperty: true }) ?? true;
}
const NAMES = [
  'view',
  'theme',
  'site',
  'margin',
  'metric',
  'distance',
  'loss',
  'classes',
  'steps',
  'source',
  'kept',
  'nested',
  'miner',
  'anchor',
  'recipe',
  'cured',
  'space',
  'limit',
] as const;

/** The place of a figure before it is fetched; the page may say another size. Figures ask how wide it is. */
const PLACE =
  ':host { display: block; height: 560px; container-type: inline-size; contain-intrinsic-inline-size: 640px; } :host([hidden]) { display: none; }';
let place: CSSStyleSheet | null = null;

/** Adopted sheets need no permission of a security policy. */
function placeSheet(): CSSStyleSheet {
  if (!place) {
    place = new CSSStyleSheet();
    place.replaceSync(PLACE);
  }
  return place;
}

/** A figure as an element: `<metric-lab view="triplet" margin="0.3" lang="ko">`. */
export class MetricLabElement extends Base {
  #view: View | null = null;
  #near: IntersectionObserver | null = null;
  #attributes: MutationObserver | null = null;
  #dwell = 0;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    if (root.adoptedStyleSheets.length === 0) root.adoptedStyleSheets = [placeSheet()];
    if (this.#view) {
      // It was moved, perhaps to where another language is spoken.
      this.#watch(this.#view);
      return;
    }
    this.#near = new IntersectionObserver(
      (entries) => {
        window.clearTimeout(this.#dwell);
        if (entries.at(-1)?.isIntersecting) this.#wait(root, false);
      },
      { rootMargin: NEAR },
    );
    this.#near.observe(this);
  }

  disconnectedCallback(): void {
    // An element that is only moved is connected again at once.
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
    });
  }

  /** Nobody tells when an element that lies in view is no longer hidden: it is asked again. */
  #wait(root: ShadowRoot, before: boolean): void {
    this.#dwell = window.setTimeout(() => {
      const now = shown(this);
      if (before && now) void this.#show(root);
      else this.#wait(root, now);
    }, DWELL_MS / 2);
  }

  async #show(root: ShadowRoot): Promise<void> {
    this.#near?.disconnect();
    this.#near = null;
    const script = await import('./view').catch((error: unknown) => {
      this.#fail(root, 'unreachable', `The script of the figure cannot be fetched: ${String(error)}`);
    });
    if (!script || !this.isConnected || this.#view) return;
    root.replaceChildren();
    try {
      this.#view = script.show(this, root);
    } catch (error) {
      if (/trusted/i.test(String(error))) this.#fail(root, 'blocked', TRUST);
      else this.#tell('engine.unexpected', String(error));
      return;
    }
    this.#watch(this.#view);
  }

  /** Says why there is no figure, and tells it as a fault. */
  #fail(root: ShadowRoot, why: keyof typeof en, message: string): void {
    const language = this.closest<HTMLElement>('[lang]')?.lang ?? navigator.language;
    const text = document.createElement('p');
    text.setAttribute('role', 'alert');
    text.textContent = (textsOf(language) ?? textsOf('en'))?.[why] ?? message;
    root.replaceChildren(text);
    this.#tell(`element.${why}`, message);
  }

  #tell(code: string, message: string): void {
    const detail = { code, message };
    this.dispatchEvent(new CustomEvent('fault', { detail, bubbles: true, composed: true }));
  }

  /** Follows the attributes, and the language of what it lies in. */
  #watch({ refresh }: View): void {
    this.#attributes?.disconnect();
    this.#attributes = new MutationObserver(refresh);
    this.#attributes.observe(this, { attributes: true });
    this.#attributes.observe(this.getRootNode(), { attributeFilter: ['lang'], subtree: true });
    refresh();
  }

  #end(): void {
    window.clearTimeout(this.#dwell);
    this.#near?.disconnect();
    this.#attributes?.disconnect();
    this.#view?.end();
    this.#view = null;
  }
}

for (const name of NAMES)
  Object.defineProperty(MetricLabElement.prototype, name, {
    configurable: true,
    enumerable: true,
    get(this: HTMLElement) {
      return this.getAttribute(name);
    },
    set(this: HTMLElement, value: string | number | null | undefined) {
      if (value === null || value === undefined) this.removeAttribute(name);
      else this.setAttribute(name, String(value));
    },
  });

const registry = (globalThis as { customElements?: CustomElementRegistry }).customElements;
if (registry && !registry.get('metric-lab')) registry.define('metric-lab', MetricLabElement);
