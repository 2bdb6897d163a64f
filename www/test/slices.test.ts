import { expect, test } from 'vitest';
import { inSlices, sortedInSlices } from '../src/dom/slices';

test('work in slices is done once each, in order, and others come in between', async () => {
  const seen: number[] = [];
  let others = 0;
  const timer = setInterval(() => (others += 1));
  await inSlices(40, (at) => {
    seen.push(at);
    const begun = performance.now();
    while (performance.now() - begun < 2);
  });
  clearInterval(timer);
  expect(seen).toEqual(Array.from({ length: 40 }, (_, at) => at));
  expect(others).toBeGreaterThan(3);
});

test('sorting in slices is sorting', async () => {
  for (const length of [0, 1, 5, 16384, 16385, 100_003]) {
    let seed = 1;
    const values = Float32Array.from({ length }, () => (seed = (seed * 48271) % 2147483647) % 5000);
    const expected = values.slice().sort();
    expect(await sortedInSlices(values)).toEqual(expected);
  }
});
