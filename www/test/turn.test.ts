import { expect, test } from 'vitest';
import { seenPoints, turned } from '../src/geometry/ball';

const place = (rows: number[], yaw: number, pitch: number): number[] => {
  const [point] = seenPoints(Float32Array.from(rows), 3, [yaw, pitch]);
  return [point?.x ?? NaN, point?.y ?? NaN, point?.depth ?? NaN].map(
    (value) => Math.round(1000 * value) / 1000 + 0,
  );
};

test('a sphere turns as it is dragged: right, and down towards the viewer', () => {
  const front = [0, 0, 1];
  expect(place(front, 0, 0)).toEqual([0, 0, 1]);
  expect(place(front, 90, 0), 'what is in front goes to the right').toEqual([1, 0, 0]);
  expect(place(front, 0, 90), 'and down').toEqual([0, -1, 0]);
  expect(place([0, 1, 0], 0, 90), 'the upper pole comes to the front').toEqual([0, 0, 1]);
  for (const [yaw, pitch] of [
    [33, -20],
    [200, 71],
  ] as const) {
    const [x = 0, y = 0, z = 0] = place([0.48, 0.6, -0.64], yaw, pitch);
    expect(Math.hypot(x, y, z), 'it stays on the sphere').toBeCloseTo(1, 2);
  }
});

test('the far side is drawn first, and a circle is not turned', () => {
  expect(seenPoints(Float32Array.of(0, 0, 1, 0, 0, -1), 3, [0, 0]).map(({ at }) => at)).toEqual([1, 0]);
  expect(seenPoints(Float32Array.of(0.6, 0.8), 2, [90, 45])).toMatchObject([
    { x: expect.closeTo(0.6) as number, depth: 1 },
  ]);
});

test('angles go round, and stop at the poles', () => {
  expect(turned([170, 80], 20, 20)).toEqual([-170, 90]);
  expect(turned([-170, -80], -20, -20)).toEqual([170, -90]);
});
