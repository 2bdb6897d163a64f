import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FIGURES, figureNamed } from '../src/figures/registry';
import { readSettings } from '../src/figures/settings';

const FOLDER = fileURLToPath(new URL('../src/figures/', import.meta.url));
/** The components of the figures, by their paths in the folder. */
const COMPONENTS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[^/]+\/\w+Figure\.svelte$/.test(path))
  .map((path) => `./${path}`)
  .sort();

test('every figure of every folder has an entry, and no entry loads what is not there', () => {
  const source = readFileSync(`${FOLDER}registry.ts`, 'utf8');
  const loaded = [...source.matchAll(/import\('(.+?)'\)/g)].map(([, path]) => path);
  expect([...loaded].sort()).toEqual(COMPONENTS);
  expect(loaded).toHaveLength(Object.keys(FIGURES).length);
});

test('every figure says at its top what it shows', () => {
  const silent = COMPONENTS.filter((path) => {
    const source = readFileSync(FOLDER + path, 'utf8');
    return !source.startsWith('<script lang="ts">\n  // ');
  });
  expect(silent).toEqual([]);
});

test('settings are read from a link: allowed ones alone', () => {
  const given = (text: string): Record<string, unknown> => {
    const query = new URLSearchParams(text);
    return readSettings(FIGURES.triplet.settings, (name) => query.get(name));
  };
  expect(given('margin=0.3&metric=manhattan')).toEqual({ margin: 0.3, metric: 'manhattan' });
  expect(given('margin=0.05')).toEqual({ margin: 0.05 });
  expect(given('points=1,-2,0.5,0,0,3')).toEqual({ points: [1, -2, 0.5, 0, 0, 3] });
  for (const wrong of [
    'points=1,2',
    'points=1,2,3,4,5,',
    'points=1,2,3,4,5,6,7',
    'points=1,2,3,4,5,9',
    'margin=2',
    'margin=',
    'margin=NaN',
    'metric=taxi',
    'other=1',
    '',
  ])
    expect(given(wrong), wrong).toEqual({});
  expect(readSettings(FIGURES.recommend.settings, (name) => (name === 'picks' ? '' : null))).toEqual({
    picks: [],
  });
  const typed = (text: string): unknown =>
    readSettings(FIGURES.describe.settings, (name) => (name === 'text' ? text : null));
  expect(typed('빨간 꽃 & "새"')).toEqual({ text: '빨간 꽃 & "새"' });
  expect(typed('x'.repeat(201))).toEqual({});
  expect(readSettings(FIGURES.embedding.settings, () => '')).toEqual({ alike: true, named: true });
  expect(readSettings(FIGURES.embedding.settings, () => 'false')).toEqual({ alike: false, named: false });
});

test('a figure is found by its name', () => {
  expect(figureNamed('triplet')).toBe('triplet');
  for (const wrong of [null, '', 'constructor', '__proto__', 'Triplet'])
    expect(figureNamed(wrong)).toBeUndefined();
});
