import { getContext, onDestroy, setContext } from 'svelte';

/** A setting of a figure that can be turned from elsewhere; the figure holds its value. */
export interface Knob {
  readonly id: string;
  readonly name: string;
  /** A number on a scale, or one of some choices. */
  readonly value: number | string;
  readonly scale?: { readonly least: number; readonly most: number; readonly step: number };
  readonly choices?: readonly { readonly value: string; readonly name: string }[];
  /** The value in words. */
  readonly told: string;
  /** Whether it is shown only when it is chosen. */
  readonly extra?: boolean;
  readonly turn: (value: string) => void;
}

/** All settings that the figure in view lets a lecturer change, and which of them the bar of the slide shows. */
export class Knobs {
  offered = $state.raw<readonly Knob[]>([]);
  #chosen = $state.raw<readonly string[] | null>(null);
  /** At most so many are shown. */
  static readonly most = 3;

  /** The ones that matter most, until others are chosen. */
  get shown(): readonly Knob[] {
    const chosen = this.#chosen;
    return this.offered.filter(({ id, extra }) => chosen?.includes(id) ?? !extra).slice(0, Knobs.most);
  }

  /** Whether the bar has it, so that the figure need not show it too. */
  has(id: string): boolean {
    return this.shown.some((knob) => knob.id === id);
  }

  choose(ids: readonly string[] | null): void {
    this.#chosen = ids;
  }
}

const SHARED = Symbol('knobs');

/** Called by a page that shows the knobs of its figures. */
export function shareKnobs(): Knobs {
  return setContext(SHARED, new Knobs());
}

/** Called by a figure: its knobs, the most important first. Null where no page asks for them. */
export function offerKnobs(make: () => readonly Knob[]): Knobs | null {
  const knobs = getContext<Knobs | undefined>(SHARED);
  if (!knobs) return null;
  let mine: readonly Knob[] = [];
  $effect(() => {
    mine = make();
    knobs.offered = mine;
  });
  onDestroy(() => {
    // The next figure may have offered its own.
    if (knobs.offered === mine) knobs.offered = [];
  });
  return knobs;
}
