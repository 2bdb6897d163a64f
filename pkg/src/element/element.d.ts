import type { LabOptions } from '../types.js';

/** Says where the engine's Worker and modules are, as `createLab` takes it; for the figures that open one from now on. */
export declare function configure(places: Pick<LabOptions, 'assets' | 'worker' | 'wasm'>): void;

export interface MetricLabEvents {
  /** The figure is shown. */
  readonly ready: CustomEvent<{ readonly view: string }>;
  /** A network of the figure, or of the experiment that figures share, was trained on. */
  readonly step: CustomEvent<{ readonly step: number; readonly until: number }>;
  /** A class was picked, or a sample of it. */
  readonly pick: CustomEvent<{ readonly label: number; readonly name: string }>;
  /** An engine failed or could not be opened, or a figure's script or pictures could not be fetched. The codes are `ErrorCode`s. */
  readonly fault: CustomEvent<{ readonly code: string; readonly message: string }>;
}

/**
 * A figure as an element. Each property is an attribute; `lang`, of the element or of what it lies in, is its language.
 *
 * @example
 * ```html
 * <metric-lab view="triplet" margin="0.3" lang="ko"></metric-lab>
 * ```
 */
export declare class MetricLabElement extends HTMLElement {
  view: string | null;
  theme: string | null;
  /**
   * A copy of the site, in whose folder `data/` a figure finds its pictures. Without it and without `metriclab/pictures`, such a
   * figure fails with `data.unreachable`.
   */
  site: string | null;
  margin: string | number | null;
  metric: string | null;
  distance: string | null;
  loss: string | null;
  classes: string | number | null;
  steps: string | number | null;
  source: string | null;
  kept: string | number | null;
  nested: string | boolean | null;
  miner: string | null;
  anchor: string | number | null;
  recipe: string | null;
  cured: string | number | null;
  space: string | null;
  limit: string | number | null;
  addEventListener<E extends keyof MetricLabEvents>(
    type: E,
    listener: (this: MetricLabElement, event: MetricLabEvents[E]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<E extends keyof MetricLabEvents>(
    type: E,
    listener: (this: MetricLabElement, event: MetricLabEvents[E]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'metric-lab': MetricLabElement;
  }
}
