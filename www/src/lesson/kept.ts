import { inFragment, type Told } from '../figures/settings';
import { SCENES, type Scene } from './chapters';

/** Where a tab keeps it, so that the way back from the laboratory leads to the same picture. */
const PLACE = 'metriclab.lesson';

/** Where a tab keeps which knobs each figure of a presentation shows. */
const KNOBS = 'metriclab.knobs';

/** The step that a fragment names, and the state that it carries. */
export function sceneOf(fragment: string): { readonly scene: Scene; readonly told: Told } | null {
  const { name, told } = inFragment(fragment);
  const scene = SCENES.find((one) => one === name);
  return scene ? { scene, told } : null;
}

/** The state in which the reader left the figure of each step. */
export class Kept {
  readonly #told = new Map<Scene, Told>();
  /** The state that each figure told before anyone touched it. */
  readonly #untouched = new Map<Scene, string>();

  constructor(fragment: string) {
    for (const [scene, told] of Object.entries(stored<Told>(PLACE)))
      if (SCENES.includes(scene as Scene)) this.#told.set(scene as Scene, told);
    const named = sceneOf(fragment);
    if (named && Object.keys(named.told).length > 0) this.#told.set(named.scene, named.told);
  }

  of(scene: Scene): Told {
    return this.#told.get(scene) ?? {};
  }

  /** A figure tells its state. What is as it was at the beginning need not be kept. */
  tell(scene: Scene, told: Told): void {
    const text = JSON.stringify(told);
    if (!this.#told.has(scene) && !this.#untouched.has(scene)) this.#untouched.set(scene, text);
    if (this.#untouched.get(scene) === text) this.#told.delete(scene);
    else this.#told.set(scene, told);
    store(PLACE, Object.fromEntries(this.#told));
  }
}

/** The knobs that were chosen for a figure; null until then. */
export function keptKnobs(figure: string): readonly string[] | null {
  return stored<readonly string[]>(KNOBS)[figure] ?? null;
}

export function keepKnobs(figure: string, ids: readonly string[]): void {
  store(KNOBS, { ...stored<readonly string[]>(KNOBS), [figure]: ids });
}

function stored<T>(place: string): Readonly<Record<string, T>> {
  try {
    return JSON.parse(window.sessionStorage.getItem(place) ?? '{}') as Readonly<Record<string, T>>;
  } catch {
    return {};
  }
}

function store(place: string, all: Readonly<Record<string, unknown>>): void {
  try {
    window.sessionStorage.setItem(place, JSON.stringify(all));
  } catch {
    // Without storage the state lasts as long as the page.
  }
}
