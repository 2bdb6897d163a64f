import { page } from './page.svelte';

/** How far a training is. */
export interface Progress {
  readonly step: number;
  readonly until: number;
}

/** A class that was picked. */
export interface Pick {
  readonly label: number;
  readonly name: string;
}

/** Steps and picks, as a figure tells them to the page it lies in, where that wants to hear them. */
export type Telling = (type: 'step' | 'pick', detail: Progress | Pick) => void;

/** Tells of the steps of a figure's training. Called where a component begins. */
export function tellSteps(progress: () => Progress | null): void {
  const tell = page.telling?.();
  if (!tell) return;
  $effect(() => {
    const now = progress();
    if (now && now.step > 0) tell('step', now);
  });
}

/** Tells of the classes that are picked in a figure. Called where a component begins. */
export function tellPicks(picked: () => Pick | null): void {
  const tell = page.telling?.();
  if (!tell) return;
  let last = '';
  $effect(() => {
    const now = picked();
    const text = JSON.stringify(now);
    if (!now || text === last) return;
    last = text;
    tell('pick', now);
  });
}
