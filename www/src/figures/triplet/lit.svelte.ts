import { getContext, setContext } from 'svelte';

/** The terms of the triplet loss that have a mark in the figure. */
export type TripletTerm = 'ap' | 'an' | 'margin';

/** Which term is looked at: it stands out in the formula and as a mark of the figure. */
export class Lit {
  /** Under the pointer, or with the focus. */
  pointed = $state<TripletTerm | null>(null);
  /** Pressed, until it is pressed again: a finger cannot point. */
  held = $state<TripletTerm | null>(null);

  get term(): TripletTerm | null {
    return this.pointed ?? this.held;
  }

  press(term: TripletTerm): void {
    this.held = this.held === term ? null : term;
    this.pointed = null;
  }

  leave(term: TripletTerm): void {
    if (this.pointed === term) this.pointed = null;
  }
}

/** Listeners of an element that stands for a term. */
export function litBy(lit: Lit | undefined, term: TripletTerm): Record<string, () => void> {
  const point = (): void => {
    if (lit) lit.pointed = term;
  };
  const leave = (): void => {
    lit?.leave(term);
  };
  return { onpointerenter: point, onpointerleave: leave, onfocusin: point, onfocusout: leave };
}

const SHARED = Symbol('lit');

/** One for the figures and formulas of a page; called by what holds them. */
export function shareLit(): Lit {
  return setContext(SHARED, new Lit());
}

/** The page's, or one of the figure's own. */
export function ourLit(): Lit {
  return getContext<Lit | undefined>(SHARED) ?? new Lit();
}
