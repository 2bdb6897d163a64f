import { readLink, writeLink, propertyOf, type Chosen, type Rejected } from './link';
import { LOSS_SETTINGS } from './loss-settings';
import { PROPERTIES, SETTING_NAMES, TRAINING_NAMES, type Settings } from './settings';
import { Signal, type Unsubscribe } from './signal';

function fallbacks(): Settings {
  return Object.fromEntries(
    SETTING_NAMES.map((name) => [name, PROPERTIES[name].fallback]),
  ) as unknown as Settings;
}

function same(name: keyof Settings, one: Settings, other: Settings): boolean {
  const property = propertyOf(name);
  return property.print(one[name]) === property.print(other[name]);
}

/** The part of `chosen` that is, or is not, among `names`. */
function part(chosen: Chosen, names: readonly (keyof Settings)[], among: boolean): Chosen {
  return Object.fromEntries(
    Object.entries(chosen).filter(([name]) => names.some((own) => own === name) === among),
  );
}

/** The settings, as the link says, over the data set's defaults. */
export class Store {
  readonly settings: Signal<Settings>;
  #defaults: Settings;
  #chosen: Chosen;

  constructor(chosen: Chosen, pageDefaults: Chosen = {}) {
    this.#defaults = { ...fallbacks(), ...pageDefaults };
    this.#chosen = chosen;
    this.settings = new Signal({ ...this.#defaults, ...chosen });
  }

  get value(): Settings {
    return this.settings.value;
  }

  get defaults(): Settings {
    return this.#defaults;
  }

  get chosen(): Chosen {
    return this.#chosen;
  }

  get link(): string {
    return writeLink(this.#chosen, this.#defaults);
  }

  set(patch: Chosen): void {
    this.#chosen = { ...this.#chosen, ...patch };
    this.#publish();
  }

  /** Takes the settings that the data set recommends; a person's own choices stay. */
  setDefaults(defaults: Chosen): void {
    this.#defaults = { ...this.#defaults, ...defaults };
    this.#publish();
  }

  /** Another data set comes with its own good settings. */
  chooseData(data: Settings['data']): void {
    this.#chosen = {
      ...part(this.#chosen, TRAINING_NAMES, false),
      data,
      selected: -1,
      taken: [],
      camera: PROPERTIES.camera.fallback,
    };
    this.#publish();
  }

  /** Another loss comes with its own good numbers. */
  chooseLoss(loss: Settings['loss'], more: Chosen = {}): void {
    this.#chosen = { ...part(this.#chosen, [...LOSS_SETTINGS.keys()], false), loss, ...more };
    this.#publish();
  }

  /** Puts everything as a link says, but for `staying`. */
  follow(search: string, staying: readonly (keyof Settings)[] = []): readonly Rejected[] {
    const { chosen, rejected } = readLink(search);
    const { lang, device, present } = this.#chosen;
    const of = (from: Chosen, stays: boolean): Chosen =>
      Object.fromEntries(
        Object.entries(from).filter(([name]) => staying.some((one) => one === name) === stays),
      );
    this.#chosen = {
      ...(lang && { lang }),
      ...(device && { device }),
      ...(present !== undefined && { present }),
      ...of(chosen, false),
      ...of(this.#chosen, true),
    };
    this.#publish();
    return rejected;
  }

  /** Calls `listener` when one of `names` changes. */
  onChange(names: readonly (keyof Settings)[], listener: (settings: Settings) => void): Unsubscribe {
    let last = this.settings.value;
    return this.settings.onChange((next) => {
      const before = last;
      last = next;
      if (names.some((name) => !same(name, before, next))) listener(next);
    });
  }

  /** Like `onChange`, and once now. */
  watch(names: readonly (keyof Settings)[], listener: (settings: Settings) => void): Unsubscribe {
    listener(this.value);
    return this.onChange(names, listener);
  }

  /** Takes the training settings back to what they were in `earlier`. */
  revertTraining(earlier: Chosen): void {
    const { data } = this.value;
    this.#chosen = { ...part(this.#chosen, TRAINING_NAMES, false), ...part(earlier, TRAINING_NAMES, true) };
    // Its samples are those of the other data set.
    if ((earlier.data ?? this.#defaults.data) !== data) this.#chosen = { ...this.#chosen, taken: [] };
    this.#publish();
  }

  #publish(): void {
    this.settings.set({ ...this.#defaults, ...this.#chosen });
  }
}
