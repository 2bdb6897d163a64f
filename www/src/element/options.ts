import type { LabOptions } from 'metriclab';

type Places = Pick<LabOptions, 'assets' | 'worker' | 'wasm'>;
let chosen: Places = {};

/** Says where the engine's Worker and modules are, as `createLab` takes it; for the figures that open one from now on. */
export function configure(places: Places): void {
  chosen = { ...places };
}

export const places = (): Places => chosen;
