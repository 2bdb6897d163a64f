import { CATALOGUE } from 'metriclab';
import { DISTANCES, distanceName, LOSSES, MINERS, type Settings } from '../store/settings';
import type { Store } from '../store/store';

type Distance = Settings['distance'];

/** The present distance if it is among `able`; else the first of them. */
function fitting(store: Store, able: readonly Distance[]): { readonly distance?: Distance } {
  const [first] = able;
  return first && !able.includes(store.value.distance) ? { distance: first } : {};
}

/** Takes a loss with its own numbers, and with a distance and a length of rows that it can be used with. */
export function chooseLoss(store: Store, value: string): void {
  const entry = CATALOGUE.losses.find(({ defaults }) => defaults.kind === value);
  const name = LOSSES.find((one) => one === value);
  if (!entry || !name) return;
  const unit = typeof entry.unit === 'boolean' ? { normalize: entry.unit } : {};
  store.chooseLoss(name, { ...fitting(store, entry.distances.map(distanceName)), ...unit });
}

/** Takes a miner, with a distance that it can be used with. */
export function chooseMiner(store: Store, value: string): void {
  const name = MINERS.find((one) => one === value);
  if (!name) return;
  const able = CATALOGUE.miners.find(({ kind }) => kind === name)?.distances.map(distanceName) ?? DISTANCES;
  store.set({ miner: name, ...fitting(store, able) });
}
