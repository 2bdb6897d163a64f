import { CATALOGUE } from 'metriclab';
import { expect, test } from 'vitest';
import { breakerOf, entryOf, mendedOf, ruleOf, RULES } from '../src/figures/axioms/rules';
import { pulled } from '../src/figures/balls/simplex';
import { AXIOMS, brokenBy } from '../src/geometry/axioms';

test('which axioms three points break, by hand', () => {
  expect(brokenBy([0, 1, 2, 1, 0, 1, 2, 1, 0], 3)).toEqual([]);
  expect(brokenBy([0, 1, 4, 1, 0, 1, 4, 1, 0], 3)).toEqual(['triangle']);
  expect(brokenBy([0, 1, 2, 1, 0, 1, 1.5, 1, 0], 3)).toEqual(['symmetry']);
  expect(brokenBy([0, 0, 1, 0, 0, 1, 1, 1, 0], 3), 'two points at distance 0').toEqual(['identity']);
  expect(brokenBy([1, 1, 1, 1, 0, 1, 1, 1, 0], 3), 'a point away from itself').toEqual(['identity']);
});

test('what is mended is no metric, and becomes one', () => {
  const entryOf = (name: string) => CATALOGUE.distances.find(({ kind }) => kind === name);
  const mended = RULES.flatMap((rule) => {
    const by = mendedOf(rule);
    return by ? [[rule, by] as const] : [];
  });
  expect(mended).toContainEqual(['jensenShannon', 'rootJensenShannon']);
  expect(mended).toContainEqual(['cosine', 'angle']);
  for (const [rule, by] of mended) {
    expect(entryOf(rule)?.verdict.breaks, rule).toContain('triangle');
    expect(entryOf(by)?.verdict.metric, by).toBe(true);
  }
  expect(ruleOf('angular'), 'a link from before').toBe('angle');
  expect(ruleOf('sampleEnergy'), 'samples have no bars').toBeUndefined();
});

test('for each axiom and distance there is one that breaks it, of what the lecture names', () => {
  for (const axiom of AXIOMS)
    for (const rule of RULES) expect(entryOf(breakerOf(axiom, rule)).verdict.breaks, rule).toContain(axiom);
  expect(breakerOf('symmetry', 'euclidean')).toBe('kullbackLeibler');
  expect(breakerOf('triangle', 'euclidean')).toBe('squaredEuclidean');
  expect(breakerOf('triangle', 'angle'), 'what the angle mends').toBe('cosine');
  expect(breakerOf('triangle', 'wasserstein'), 'again of histograms').toBe('jensenShannon');
});

test('a pulled bar takes from the two others in proportion, and none is empty', () => {
  expect(pulled([0.5, 0.3, 0.2], 0, 0.75)).toEqual([0.75, 0.15, 0.1]);
  expect(pulled([0.5, 0.3, 0.2], 2, 0.2), 'where it is').toEqual([0.5, 0.3, 0.2]);
  expect(pulled([0.5, 0.3, 0.2], 1, 7)).toEqual([0.01, 0.98, 0.01]);
  expect(pulled([0.6, 0.39, 0.01], 0, -1)).toEqual([0.01, 0.965, 0.025]);
});
