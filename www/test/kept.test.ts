import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fragmentOf, inFragment } from '../src/figures/settings';
import { Kept, sceneOf } from '../src/lesson/kept';

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('window', {
    sessionStorage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, text: string) => kept.set(name, text),
    },
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test('a fragment names a step and carries the state of its figure, there and back', () => {
  expect(fragmentOf('deep.zones', {})).toBe('#deep.zones');
  const told = { points: '0.1,-0.2,0.3,0.4,0.5,0.6', margin: '0.3' };
  expect(fragmentOf('deep.zones', told)).toBe('#deep.zones?points=0.1,-0.2,0.3,0.4,0.5,0.6&margin=0.3');
  expect(sceneOf(fragmentOf('deep.zones', told))).toEqual({ scene: 'deep.zones', told });
  const typed = { text: '빨간 꽃 & ?=, "새"' };
  expect(inFragment(fragmentOf('describe', typed))).toEqual({ name: 'describe', told: typed });
  expect(sceneOf('#deep')).toBeNull();
  expect(sceneOf('')).toBeNull();
});

test('what was done to a figure is kept for the tab, and nothing is kept of one that nobody touched', () => {
  const kept = new Kept('');
  kept.tell('deep.zones', { margin: '0.4' });
  expect(kept.of('deep.zones')).toEqual({});
  kept.tell('deep.zones', { margin: '0.7' });
  expect(kept.of('deep.zones')).toEqual({ margin: '0.7' });
  expect(new Kept('').of('deep.zones')).toEqual({ margin: '0.7' });
  expect(new Kept('#deep.zones?margin=0.2').of('deep.zones')).toEqual({ margin: '0.2' });
  kept.tell('deep.zones', { margin: '0.4' });
  expect(kept.of('deep.zones')).toEqual({});
  expect(new Kept('').of('deep.zones')).toEqual({});
});

test('a broken store is as good as none', () => {
  window.sessionStorage.setItem('metriclab.lesson', '{');
  expect(new Kept('#deep.zones').of('deep.zones')).toEqual({});
});
