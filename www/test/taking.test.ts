import { expect, test } from 'vitest';
import { fileName, mapSvg, pytorch, scoresCsv } from '../src/laboratory/taking';

test('a line a step, with the scores where they were measured', () => {
  const scores = [
    { step: 0, seen: { recall: 0.5, low: 0.4, high: 0.6, map: 0.25 }, unseen: null },
    {
      step: 2,
      seen: { recall: 1, low: 0.9, high: 1, map: 0.75 },
      unseen: { recall: 0.5, low: 0.3, high: 0.7, map: 0.125 },
    },
  ];
  const lines = scoresCsv({ losses: [0.5, NaN], active: [1, 0.5], scores }).split('\r\n');
  expect(lines).toEqual([
    'step,loss,active,seen_recall_at_1,seen_map_at_r,unseen_recall_at_1,unseen_map_at_r',
    '0,,,0.5,0.25,,',
    '1,0.5,1,,,,',
    '2,,0.5,1,0.75,0.5,0.125',
    '',
  ]);
});

/** Four samples in a row, of which one is left out. */
const PLACES = Float32Array.of(0, 0, NaN, NaN, 1, 0, 2, 0);
const LABELS = Uint16Array.of(0, 0, 1, 1);
const mark = (colour: number, nearness = 255, hollow = 0): readonly number[] => [colour, 0, nearness, hollow];

test('the map: a mark a sample at its place, names at medians and never as markup', () => {
  const marks = Uint8Array.from([mark(0), mark(0), mark(1), mark(1, 255, 1)].flat());
  const svg = mapSvg({ places: PLACES, marks, ball: null }, LABELS, ['a<b', 'c'], 'set · step 7', false);
  expect(svg.match(/<path /g)).toHaveLength(3);
  // 1,200 pixels for x from 0 to 2: the ends are 40 from the edges.
  expect(svg).toContain('translate(40.0 380.0)');
  expect(svg).toContain('translate(640.0 380.0)');
  expect(svg).toContain('translate(1240.0 380.0)');
  expect(svg.match(/stroke-width="0.35"/g), 'a class that is never trained on is hollow').toHaveLength(1);
  expect(svg).toContain('a&#60;b</text>');
  expect(svg).toContain('set · step 7');
  const still = { places: new Float32Array(8), marks, ball: null };
  expect(mapSvg(still, LABELS, ['a', 'b'], '', true)).not.toContain('NaN');
});

test('the map in space: the farther marks first, smaller and paler, in a ball that keeps its size', () => {
  const marks = Uint8Array.from([mark(0, 255), mark(0), mark(1, 1), mark(1, 0)].flat());
  const svg = mapSvg({ places: PLACES, marks, ball: { radius: 4, unit: true } }, LABELS, [], '', false);
  // The ball's 8 take the 680 pixels of the height, whatever lies in it.
  expect(svg).toContain('<circle cx="640" cy="380" r="340.0"');
  expect(svg).toContain('translate(725.0 380.0) scale(2.8)');
  expect(svg.indexOf('translate(725.0'), 'the farther one first').toBeLessThan(
    svg.indexOf('translate(640.0'),
  );
  expect(svg).not.toContain('translate(810.0');
  expect(svg.match(/<text /g), 'no names without any').toHaveLength(1);
});

test('code for what pytorch-metric-learning has in the same form, and for nothing else', () => {
  const config = {
    loss: { kind: 'triplet', margin: 0.3 },
    miner: { kind: 'semihard', margin: 0.2 },
    distance: 'euclidean',
    embedding: { dim: 32, normalize: true },
    batch: { classes: 8, perClass: 4 },
    optimizer: { learningRate: 0.001 },
  } as unknown as Parameters<typeof pytorch>[0];
  expect(pytorch(config, 10)).toContain('margin=0.3');
  expect(pytorch(config, 10), "the miner's own margin").toContain('margin=0.2, type_of_triplets="semihard"');
  expect(pytorch({ ...config, distance: 'cosine' }, 10)).toBeNull();
  expect(pytorch({ ...config, miner: { ...config.miner, kind: 'batchHard' } }, 10)).toBeNull();
  expect(pytorch({ ...config, loss: { kind: 'contrastive' } }, 10), 'pairs of a miner').toBeNull();
  // There, these two compare by the cosine.
  expect(pytorch({ ...config, loss: { kind: 'supcon' } }, 10)).toBeNull();
  expect(pytorch({ ...config, loss: { kind: 'supcon' }, distance: 'cosine' }, 10)).toContain('SupConLoss');
  const classifier = pytorch({ ...config, loss: { kind: 'softmax' }, miner: { kind: 'none' } }, 10);
  expect(classifier, 'rows of length 1').toContain('rows = torch.nn.functional.normalize(network(pictures))');
  expect(pytorch({ ...config, loss: { kind: 'fastAp' } }, 10)).toBeNull();
  expect(pytorch({ ...config, objective: { memory: 64 } }, 10), 'another objective').toBeNull();
  expect(pytorch({ ...config, optimizer: { kind: 'sgd', momentum: 0 } }, 10)).toContain(
    'SGD(learned, lr=0.001)',
  );
});

test('a file tells its data and step', () => {
  expect(fileName('mnist', 120, 'csv')).toBe('metriclab-mnist-step-120.csv');
});
