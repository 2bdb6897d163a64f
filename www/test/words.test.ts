import { CATALOGUE, ERROR_CODES, GROUPS, MetricLabError, type PackedDataset } from 'metriclab';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { className } from '../src/i18n/class-name';
import { Translator } from '../src/i18n/translator';
import { PACKED } from '../src/store/datasets';
import { LOSS_SETTINGS } from '../src/store/loss-settings';
import { distanceName } from '../src/store/settings';
import { WORDS } from '../src/words';
import { ERRORS, meaning, NO_SITE } from '../src/words/errors';
import { MESSAGES } from '../src/words/messages';
import { blanks, PAGES, said } from './said';

const { en, ko } = MESSAGES;

test('both languages say everything, with the same blanks', () => {
  for (const [key, text] of Object.entries(en)) {
    const other: string | undefined = (ko as Readonly<Record<string, string>>)[key];
    expect(other, key).toBeTruthy();
    expect(blanks(other ?? ''), key).toEqual(blanks(text));
  }
});

test('Korean is Korean, but for terms of the field', () => {
  const borrowed = Object.entries(ko).filter(([, text]) => !/[가-힣]/.test(text));
  for (const [key, text] of borrowed) expect(text.length, key).toBeLessThan(40);
});

/** Korean words for terms that the lecture, and so the page, has in English; and what a lecturer would not say. */
const NOT_SAID =
  /앵커|포지티브|네거티브|마진|손실|임베딩|삼중항|신경망|기울기|시드|배치|마이너|코사인|유클리드|맨해튼|바서슈타인|히스토그램|교차 엔트로피|프록시|번째 걸음|걸음 수|한 걸음|무너졌|재기|쟀|재는 중|시험 그림/;

test('Korean has the terms of the lecture', () => {
  expect(said('ko').length).toBeGreaterThan(1000);
  expect(said('ko').filter((text) => NOT_SAID.test(text))).toEqual([]);
});

test('English says one thing by one name: raw pixels, contrastive learning', () => {
  const OTHER_NAMES = /bare pixel|raw input|pixels alone|contrastive training/i;
  expect(said('en').filter((text) => OTHER_NAMES.test(text))).toEqual([]);
});

test('semi‑hard stays on one line: its hyphen does not break', () => {
  const both = [...said('en'), ...said('ko')];
  expect(both.filter((text) => /semi‑hard/i.test(text)).length).toBeGreaterThan(30);
  expect(both.filter((text) => /semi-hard/i.test(text))).toEqual([]);
});

test('classes of the data sets have Korean names', () => {
  const set = { classes: ['Ankle boot', 'person 12', '3', 'mine'] } as unknown as PackedDataset;
  const names = (lang: 'en' | 'ko'): string[] =>
    set.classes.map((_, label) => className(set, label, new Translator(lang)));
  expect(names('en')).toEqual(set.classes);
  expect(names('ko')).toEqual(['앵클부츠', '사람 12', '3', 'mine']);
});

test('an error says what to do, in both languages', () => {
  for (const [code, text] of Object.entries(ERRORS.en)) expect(text.length, code).toBeGreaterThan(20);
  const codes = [...ERROR_CODES].sort();
  expect(Object.keys(ERRORS.en).sort()).toEqual(codes);
  expect(Object.keys(ERRORS.ko).sort()).toEqual(codes);
});

test('an error means something in each language, and keeps its own words', () => {
  const lost = new MetricLabError('data.unreachable', 'no answer');
  expect(meaning(lost, 'ko')).toEqual({ text: ERRORS.ko['data.unreachable'], own: 'no answer' });
  const missing = new MetricLabError('data.unreachable', 'HTTP 404');
  expect(meaning(missing, 'ko')).toEqual({ text: WORDS.ko.page.noFile, own: 'HTTP 404' });
  expect(meaning('a text', 'en')).toEqual({ text: ERRORS.en['engine.unexpected'], own: 'a text' });
  const homeless = new MetricLabError('data.unreachable', WORDS.en.page.noSite, { cause: NO_SITE });
  expect(meaning(homeless, 'ko')).toEqual({ text: WORDS.ko.page.noSite, own: '' });
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
  expect(t.text('score.at', { step: t.whole(1234) })).toContain('1,234');
  expect(t.decimal(NaN, 2)).toBe('–');
  expect(t.percent(0.042)).toBe('4.2%');
  expect(t.error('no.such.code')).toBe(ERRORS.ko['engine.unexpected']);
});

/** All sources of the page and the package but for the texts themselves. */
const SOURCES = ['../src/', '../../pkg/src/']
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(ts|svelte)$/.test(path) && !/^words[\\/]\w+[\\/]/.test(path))
      .map((path) => readFileSync(join(folder, path), 'utf8')),
  )
  .join('\n');
const SAID = new Set(SOURCES.match(/\w+/g));
const found = (pattern: RegExp): string[] => [...SOURCES.matchAll(pattern)].map(([, text]) => text ?? '');

/** Recipes of the data sets, which name their classes. */
const SETS = fileURLToPath(new URL('../../data/sets/', import.meta.url));
const RECIPES = readdirSync(SETS)
  .map((set) => readFileSync(join(SETS, set, 'recipe.mjs'), 'utf8'))
  .join('\n');

/** Families whose messages are looked up by name. */
const FAMILIES = new Set(
  [
    ...found(/\bfind\('([\w.]+)'/g),
    ...found(/\bfamily="(\w+)"/g),
    ...found(/\.choice\('\w+', '[\w.]+', '(\w+)'/g),
    // A setting of a loss that is a choice, which is a family of its own.
    ...LOSS_SETTINGS.keys(),
  ].flatMap((family) => [family, `${family}Group`]),
);
/** Keys with blanks: `device.${kind}`. */
const TEMPLATES = found(/`([a-zA-Z]+\.[^`\s]*\$\{[^`\s]*)`/g).map(
  (text) => new RegExp(`^${text.replaceAll('.', '\\.').replace(/\$\{[^}]+\}/g, '(.+)')}$`),
);

/** Whether a source names the key, or all that a family or a key with blanks needs to name it. */
function isRead(key: string): boolean {
  if (SOURCES.includes(`'${key}'`)) return true;
  const dot = key.lastIndexOf('.');
  const [family, name] = [key.slice(0, dot), key.slice(dot + 1)];
  const named = family === 'class' ? RECIPES.includes(`'${name}'`) : SAID.has(name);
  if (FAMILIES.has(family) && named) return true;
  return TEMPLATES.some((template) =>
    template
      .exec(key)
      ?.slice(1)
      .every((name) => SAID.has(name)),
  );
}

test('every message is read by a source', () => {
  expect(Object.keys(en).filter((key) => !isRead(key))).toEqual([]);
  expect(
    ['train.hint', 'loss.unheard', 'class.T-shirt/top', 'device.unheard'].filter(isRead),
    'these would be found',
  ).toEqual([]);
});

test('every text of the pages has a name that a source says', () => {
  const keys = (words: object): string[] =>
    Object.entries(words).flatMap(([key, text]: [string, unknown]) =>
      typeof text === 'string' ? [key] : keys(text as object),
    );
  const all = keys(PAGES.en);
  expect(all.length).toBeGreaterThan(900);
  expect(all.filter((key) => !key.split('.').every((part) => SAID.has(part)))).toEqual([]);
});

test('whatever the core offers has a name, and a line on it, in both languages', () => {
  const offered: Readonly<Record<string, readonly string[]>> = {
    loss: CATALOGUE.losses.map(({ defaults }) => defaults.kind),
    lossNote: CATALOGUE.losses.map(({ defaults }) => defaults.kind),
    lossGroup: Object.keys(GROUPS.losses),
    wiring: Object.keys(GROUPS.losses),
    distance: CATALOGUE.distances.map(({ kind }) => distanceName(kind)),
    distanceNote: CATALOGUE.distances.map(({ kind }) => distanceName(kind)),
    distanceGroup: Object.keys(GROUPS.distances),
    miner: CATALOGUE.miners.map(({ kind }) => kind),
    minerNote: CATALOGUE.miners.map(({ kind }) => kind),
    network: CATALOGUE.networks.map(({ defaults }) => defaults.kind),
    networkNote: CATALOGUE.networks.map(({ defaults }) => defaults.kind),
    reducer: CATALOGUE.reducers.map(({ defaults }) => defaults.kind),
    regularizer: CATALOGUE.regularizers.map(({ kind }) => kind),
    regularizerNote: CATALOGUE.regularizers.map(({ kind }) => kind),
    optimizer: CATALOGUE.optimizers.map(({ kind }) => kind),
    schedule: CATALOGUE.schedules.map(({ defaults }) => defaults.kind),
    sampler: CATALOGUE.samplers.map(({ kind }) => kind),
  };
  for (const lang of ['en', 'ko'] as const) {
    const t = new Translator(lang);
    for (const [family, names] of Object.entries(offered))
      for (const name of names) expect(t.find(family, name), `${lang}: ${family}.${name}`).toBeTruthy();
  }
});
