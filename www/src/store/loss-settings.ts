import { CATALOGUE, type LossConfig, type Setting } from 'metriclab';
import { type PropertyOf, propertyOfSetting } from './property';

/** The names of all settings of the losses, in the engine; one may serve several losses. */
export type LossSettingName = LossConfig extends infer L
  ? L extends unknown
    ? Exclude<keyof L, 'kind'>
    : never
  : never;
/** The name in the table of the page: `momentum` there is the optimiser's. */
type KeyOf<N extends string> = N extends 'momentum' ? 'lossMomentum' : N;
/** The settings of the losses, in the table of the page. */
export type LossSetting = KeyOf<LossSettingName>;
type ValueOf<N extends LossSettingName> = LossConfig extends infer L
  ? L extends unknown
    ? N extends keyof L
      ? Exclude<L[N], undefined>
      : never
    : never
  : never;
/** The values of the settings of the losses. */
export type LossSettings = { readonly [N in LossSettingName as KeyOf<N>]: ValueOf<N> };

/** A loss with all its settings. */
export type CompleteLoss = Required<LossConfig>;

/** The name of a loss's setting in the table of the page. */
export function lossKey(name: string): LossSetting {
  return (name === 'momentum' ? 'lossMomentum' : name) as LossSetting;
}

/** Names in a link that are older than the catalogue. All others are generated. */
const SHORT: Readonly<Record<string, string>> = {
  margin: 'm',
  swap: 'swap',
  smooth: 'smooth',
  posMargin: 'mp',
  negMargin: 'mn',
  alpha: 'alpha',
  beta: 'beta',
  temperature: 'tau',
  scale: 'sc',
  posScale: 'psc',
  negScale: 'nsc',
  base: 'base',
  boundary: 'bd',
  nu: 'nu',
  rankTemperature: 'taur',
  angle: 'ang',
  multiple: 'mult',
  centers: 'cen',
  gamma: 'gam',
  invariance: 'inv',
  variance: 'var',
  covariance: 'cov',
  offDiagonal: 'off',
};

/** Every setting of a loss, with bounds that hold the values of all losses that have it. */
export const LOSS_SETTINGS: ReadonlyMap<LossSetting, Setting> = collected();

function collected(): Map<LossSetting, Setting> {
  const found = new Map<LossSetting, Setting>();
  for (const { settings } of CATALOGUE.losses)
    for (const setting of settings) {
      const key = lossKey(setting.name);
      const known = found.get(key);
      found.set(key, known ? joined(known, setting) : setting);
    }
  return found;
}

function joined(one: Setting, other: Setting): Setting {
  const [a, b] = [one.values, other.values];
  if (a.kind === 'whole' && b.kind === 'whole') {
    const bounds = { least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) };
    return { ...one, values: { ...a, ...bounds } };
  }
  if (a.kind === 'number' && b.kind === 'number') {
    const low = a.range.least <= b.range.least ? a.range : b.range;
    const high = a.range.most >= b.range.most ? a.range : b.range;
    const { least, leastExcluded } = low;
    const { most, mostExcluded } = high;
    return { ...one, values: { ...a, range: { least, most, leastExcluded, mostExcluded } } };
  }
  if (a.kind !== b.kind || a.kind === 'choice')
    throw new TypeError(`Two losses have the setting ${one.name} with other values.`);
  return one;
}

/** The part of the page's table that the settings of the losses fill. */
export const LOSS_PROPERTIES = Object.fromEntries(
  [...LOSS_SETTINGS].map(([key, setting]) => [
    key,
    propertyOfSetting('training', SHORT[setting.name] ?? `loss.${setting.name}`, setting),
  ]),
) as unknown as { readonly [K in LossSetting]: PropertyOf<LossSettings[K]> };
