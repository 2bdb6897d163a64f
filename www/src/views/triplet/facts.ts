import type { TripletGeometry } from 'metriclab';
import { html } from '../../dom/element';
import { lossFormula, type Term } from '../../render/formula';
import { planeLoss } from '../../store/session-config';
import type { Settings } from '../../store/settings';
import type { Cleanup } from '../../store/signal';
import type { Page } from '../page';

/** The loss of the triplet as a formula, its values, and the zone. The formula's terms and their marks in `host` light each other up. */
export class Facts {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #host: HTMLElement;
  readonly #formula = html('div', { class: 'formula', 'data-testid': 'formula' });
  readonly #verdict = html('p', { class: 'verdict-line', 'data-testid': 'zone' });
  readonly #figures = html('dl', { class: 'distances' });
  /** The entries that #figures holds, and where their values stand. */
  #entries = '';
  readonly #values = new Map<string, HTMLElement>();
  /** The term of the formula that is pointed at, and the one that is pressed: a finger cannot point. */
  #pointed: string | null = null;
  #held: string | null = null;

  constructor(page: Page, cleanup: Cleanup, host: HTMLElement) {
    this.#page = page;
    this.#host = host;
    const words = html('div', {}, this.#formula, this.#verdict);
    this.element = html('div', { class: 'plane-facts' }, words, this.#figures);
    this.#watchTerms(cleanup);
  }

  tell(settings: Settings, geometry: TripletGeometry): void {
    const { t } = this.#page;
    const print = (value: number): string => t.decimal(value, 2).replace('-', '−');
    const { letters, numbers } = lossFormula(planeLoss(settings), geometry, print);
    this.#formula.replaceChildren(letters, numbers);
    this.#tellFigures(settings, geometry);
    const force = geometry.gradient.some((value) => Math.abs(value) > 1e-6);
    this.#verdict.replaceChildren(
      html('b', { class: `zone-name ${geometry.zone}` }, t.text(`zone.${geometry.zone}`)),
      ' ',
      t.text(`zone.${geometry.zone}Means`),
      ' ',
      t.text(force ? 'triplet.pulls' : 'triplet.rests'),
    );
    this.#light();
  }

  /** The values of the formula. Their names are buttons, which stay as long as the loss is the same. */
  #tellFigures(settings: Settings, geometry: TripletGeometry): void {
    const { t } = this.#page;
    const name = geometry.similarity ? 's' : 'd';
    const entries: readonly [string, string, number, Term?][] = [
      [`${name}(a, p)`, 'd-ap', geometry.ap, 'ap'],
      [`${name}(a, n)`, 'd-an', geometry.an, 'an'],
      ...marginsOf(settings),
      [t.text('triplet.loss'), 'plane-loss', geometry.loss],
    ];
    const key = entries.map(([label]) => label).join();
    if (key !== this.#entries) {
      this.#entries = key;
      this.#values.clear();
      this.#figures.replaceChildren(
        ...entries.flatMap(([label, testid, , term]) => {
          const value = html('dd', { 'data-testid': testid });
          this.#values.set(testid, value);
          const button =
            term &&
            html(
              'button',
              { type: 'button', class: 'term', 'data-term': term, 'aria-pressed': 'false' },
              label,
            );
          return [html('dt', {}, button ?? label), value];
        }),
      );
    }
    for (const [, testid, value] of entries) {
      const element = this.#values.get(testid);
      if (element) element.textContent = t.decimal(value, 3);
    }
  }

  /** A term of the formula and its marks in the plane light each other up. */
  #watchTerms(cleanup: Cleanup): void {
    const termOf = ({ target }: Event): string | null =>
      target instanceof Element ? (target.closest('[data-term]')?.getAttribute('data-term') ?? null) : null;
    const point = (event: Event): void => {
      this.#pointed = termOf(event);
      this.#light();
    };
    const leave = (): void => {
      this.#pointed = null;
      this.#light();
    };
    cleanup.listen(this.#host, 'pointerover', point);
    cleanup.listen(this.#host, 'pointerleave', leave);
    cleanup.listen(this.#host, 'focusin', point);
    cleanup.listen(this.#host, 'focusout', leave);
    cleanup.listen(this.#figures, 'click', (event) => {
      const term = termOf(event);
      if (!term) return;
      this.#held = this.#held === term ? null : term;
      this.#pointed = null;
      this.#light();
    });
  }

  #light(): void {
    const terms = (this.#pointed ?? this.#held ?? '').split(' ');
    for (const element of this.#host.querySelectorAll('[data-term]')) {
      const own = element.getAttribute('data-term')?.split(' ') ?? [];
      element.classList.toggle(
        'lit',
        own.some((term) => terms.includes(term)),
      );
      if (element instanceof HTMLButtonElement)
        element.setAttribute('aria-pressed', String(own[0] === this.#held));
    }
  }
}

/** The margins of the plane's loss, by their letters. */
function marginsOf(settings: Settings): readonly [string, string, number, Term][] {
  switch (settings.planeLoss) {
    case 'triplet':
      return [['m', 'plane-margin', settings.planeMargin, 'margin']];
    case 'contrastive':
      return [
        ['mₚ', 'plane-pos-margin', settings.planePosMargin, 'posMargin'],
        ['mₙ', 'plane-neg-margin', settings.planeNegMargin, 'negMargin'],
      ];
    case 'margin':
      return [
        ['α', 'plane-alpha', settings.planeAlpha, 'alpha'],
        ['β', 'plane-beta', settings.planeBeta, 'beta'],
      ];
  }
}
