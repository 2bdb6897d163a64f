import { createLab, type Lab } from 'metriclab';
import { samples } from 'metriclab/data';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { activationsOf, weightsIn } from '../src/figures/embedding/activations';

const SIDE = 12;
const CHANNELS = [3, 5];
/** Bytes by a fixed rule, so that no two pictures are alike. */
const pixels = Uint8Array.from({ length: 24 * SIDE * SIDE }, (_, at) => (at * at * 31 + at * 7) % 256);
let lab: Lab;
beforeAll(async () => {
  lab = await createLab({ device: 'cpu' });
});
afterAll(() => {
  lab.dispose();
});

test.each([
  ['ink on a ground', 0],
  ['photographs', null],
] as const)('layer after layer, %s become what the engine embeds', async (_, background) => {
  const labels = Array.from({ length: 24 }, (_one, at) => String(at % 4));
  const set = samples.fromImages({ pixels, width: SIDE, height: SIDE, channels: 1 }, labels, { background });
  await lab.loadDataset(set.toBlob());
  const defaults = await lab.defaults();
  await lab.configure({
    ...defaults,
    network: { kind: 'conv', channels: CHANNELS },
    embedding: { dim: 8, normalize: true },
    batch: { ...defaults.batch, classes: 3, perClass: 3 },
  });
  await lab.advance(5);
  const weights = weightsIn(await lab.save(), CHANNELS.length);
  expect([weights.step, weights.ink]).toEqual([5, background !== null]);
  const rows = await lab.embed({ pixels, count: 24 });
  for (let at = 0; at < 24; at++) {
    const picture = pixels.subarray(at * SIDE * SIDE, (at + 1) * SIDE * SIDE);
    const { layers, embedding } = activationsOf(weights, picture);
    expect(layers.map(({ channels, side }) => [channels, side])).toEqual([
      [3, 6],
      [5, 3],
    ]);
    embedding.forEach((value, k) => {
      expect(Math.abs(value - (rows[at * 8 + k] ?? NaN))).toBeLessThan(1e-4);
    });
  }
});
