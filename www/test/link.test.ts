import { CATALOGUE } from 'metriclab';
import { expect, test } from 'vitest';
import { readLink } from '../src/store/link';
import { LOSS_SETTINGS, lossKey } from '../src/store/loss-settings';
import { PROPERTIES, SETTING_NAMES } from '../src/store/settings';
import { Store } from '../src/store/store';

test('no two settings share a name in the link, and every fallback survives the round trip', () => {
  const names = SETTING_NAMES.map((name) => PROPERTIES[name].url);
  expect(new Set(names).size).toBe(names.length);
  for (const name of SETTING_NAMES) {
    const property = PROPERTIES[name] as {
      parse: (text: string) => unknown;
      print: (value: unknown) => string;
      fallback: unknown;
    };
    expect(property.parse(property.print(property.fallback)), name).toEqual(property.fallback);
  }
});

test('a store writes only what differs, and its link brings the same settings back', () => {
  const store = new Store({});
  expect(store.link).toBe('');
  store.set({
    loss: 'margin',
    dim: 2,
    alpha: 0.35,
    points: [0, 0, 3, 0, 0, 4.25],
    camera: [0.5, -0.25, 3],
    present: true,
    unseen: 3,
  });
  const { chosen, rejected } = readLink(store.link);
  expect(rejected).toEqual([]);
  expect(new Store(chosen).value).toEqual(store.value);
});

test('what makes no sense is left out and named', () => {
  const { chosen, rejected } = readLink('?dim=-7&m=NaN&m2=1&loss=magic&seed=1.5&pts=1_2&cam=a_b_c&lr=0.01');
  expect(chosen).toEqual({ learningRate: 0.01 });
  expect(rejected.map(({ field }) => field).sort()).toEqual(['cam', 'dim', 'loss', 'm', 'm2', 'pts', 'seed']);
});

test('points that the lesson sends are read', () => {
  expect(readLink('?view=triplet&pts=-0.4,0.05,0.25,0.5,0.45,-0.65&from=deep.triplet')).toEqual({
    chosen: { view: 'triplet', points: [-0.4, 0.05, 0.25, 0.5, 0.45, -0.65] },
    rejected: [],
  });
});

test('a choice that a data set recommends is not written, and follows the next data set', () => {
  const store = new Store({});
  store.set({ dim: 64 });
  expect(store.link).toContain('dim=64');
  store.set({ dim: PROPERTIES.dim.fallback });
  expect(store.link).toBe('');
});

test('every setting of every loss is in the table with bounds that hold its default, and has a name in the link', () => {
  for (const { defaults, settings } of CATALOGUE.losses)
    for (const { name, values } of settings) {
      const property = PROPERTIES[lossKey(name)];
      expect(property, `${defaults.kind}.${name}`).toBeDefined();
      const own = 'default' in values ? String(values.default) : '';
      const url = property.kind === 'flag' ? (own === 'true' ? '1' : '0') : own;
      expect(readLink(`?${property.url}=${url}`).rejected, `${defaults.kind}.${name}`).toEqual([]);
    }
  expect(LOSS_SETTINGS.size).toBeGreaterThan(30);
});

test('the names of settings in old links stay', () => {
  const old = 'm=0.3&mp=0.1&tau=0.2&bd=learned&mult=3&mom=0.5&views=1&swap=1&off=0.1&mm=0.4&eps=0.2&redby=7';
  const { chosen, rejected } = readLink(`?${old}`);
  expect(rejected).toEqual([]);
  expect(chosen).toEqual({
    margin: 0.3,
    posMargin: 0.1,
    temperature: 0.2,
    boundary: 'learned',
    multiple: 3,
    momentum: 0.5,
    twoViews: true,
    swap: true,
    offDiagonal: 0.1,
    minerMargin: 0.4,
    epsilon: 0.2,
    reducerBy: 7,
  });
  expect(readLink('?loss.momentum=0.5').chosen).toEqual({ lossMomentum: 0.5 });
});

test('a bound that is excluded is refused', () => {
  expect(readLink('?lr=0').rejected).toHaveLength(1);
  expect(readLink('?mshare=1').rejected).toEqual([]);
});

test('the step that a visitor came from is no setting', () => {
  expect(readLink('?view=triplet&from=deep.zones').rejected).toEqual([]);
});

test('the columns of A|B are in the link', () => {
  const { chosen, rejected } = readLink('?view=compare&ab=learningRate&cols=0.001_0.03');
  expect(rejected).toEqual([]);
  expect(chosen).toEqual({ view: 'compare', chip: 'learningRate', columns: ['0.001', '0.03'] });
  expect(new Store(chosen).link).toBe('?view=compare&ab=learningRate&cols=0.001_0.03');
  expect(readLink('?cols=a_b_c_d_e').rejected).toHaveLength(1);
  expect(readLink('?cols=%3Cb%3E').rejected).toHaveLength(1);
});
