import { OFFERED } from 'metriclab';
import { expect, test } from 'vitest';
import { en } from '../src/i18n/en';
import { errorsEn, errorsKo } from '../src/i18n/errors';
import { ko } from '../src/i18n/ko';
import { Translator } from '../src/i18n/translator';
import { PACKED } from '../src/store/datasets';
import { distanceName } from '../src/store/settings';

const blanks = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort();

test('both languages say everything, with the same blanks', () => {
  for (const [key, text] of Object.entries(en)) {
    const other: string | undefined = (ko as Readonly<Record<string, string>>)[key];
    expect(other, key).toBeTruthy();
    expect(blanks(other ?? ''), key).toEqual(blanks(text));
  }
});

test('Korean is Korean, but for names of the field', () => {
  const borrowed = Object.entries(ko).filter(([, text]) => !/[가-힣]/.test(text));
  expect(
    borrowed
      .map(([key]) => key)
      .filter(
        (key) =>
          !/^(score\.(recall|map)|curve\.scores|loss\.|device|story\.(metric\.words|deep\.title)|class\.)/.test(
            key,
          ),
      ),
  ).toEqual([]);
});

test('an error says what to do, in both languages', () => {
  for (const [code, text] of Object.entries(errorsEn)) expect(text.length, code).toBeGreaterThan(20);
  expect(Object.keys(errorsKo).sort()).toEqual(Object.keys(errorsEn).sort());
});

test('every data set that is packed has a title and a note, in both languages', () => {
  expect(PACKED.map(({ name }) => name)).toContain('mnist');
  for (const lang of ['en', 'ko'] as const) {
    const t = new Translator(lang);
    for (const { name } of PACKED)
      for (const family of ['data', 'dataNote'])
        expect(t.find(family, name), `${lang}: ${name}`).toBeTruthy();
  }
  expect(new Translator('ko').find('data', 'mnist')).toMatch(/[가-힣]/);
});

test('numbers and blanks are filled', () => {
  const t = new Translator('ko');
  expect(t.text('matrix.near', { value: t.decimal(0.5, 2) })).toBe('가까움 0.50');
  expect(t.decimal(NaN, 2)).toBe('–');
  expect(t.percent(0.042)).toBe('4.2%');
  expect(t.error('no.such.code')).toBe(errorsKo['engine.unexpected']);
});

test('whatever the core offers has a name, and a line on it, in both languages', () => {
  const offered: Readonly<Record<string, readonly string[]>> = {
    loss: OFFERED.losses.map(({ kind }) => kind),
    lossNote: OFFERED.losses.map(({ kind }) => kind),
    lossGroup: Object.keys(OFFERED.wirings),
    wiring: Object.keys(OFFERED.wirings),
    distance: OFFERED.distances.map(distanceName),
    distanceNote: OFFERED.distances.map(distanceName),
    distanceGroup: Object.keys(OFFERED.rows),
    miner: OFFERED.miners,
    minerNote: OFFERED.miners,
    network: OFFERED.networks.map(({ kind }) => kind),
    networkNote: OFFERED.networks.map(({ kind }) => kind),
    reducer: OFFERED.reducers.map(({ kind }) => kind),
    regularizer: OFFERED.regularizers,
    regularizerNote: OFFERED.regularizers,
    optimizer: OFFERED.optimizers,
    schedule: OFFERED.schedules.map(({ kind }) => kind),
    sampler: OFFERED.samplers,
  };
  for (const lang of ['en', 'ko'] as const) {
    const t = new Translator(lang);
    for (const [family, names] of Object.entries(offered))
      for (const name of names) expect(t.find(family, name), `${lang}: ${family}.${name}`).toBeTruthy();
  }
});
