import { expect, test } from 'vitest';
import { fileName, mapSvg, pytorch, scoresCsv } from '../src/laboratory/taking';

test('a line a step, with the scores where they were measured', () => {
  const scores = [
    { step: 0, seen: { recall: 0.5, map: 0.25 }, unseen: null },
    { step: 2, seen: { recall: 1, map: 0.75 }, unseen: { recall: 0.5, map: 0.125 } },
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

test('the map: a mark a sample at its place, names at medians and never as markup', () => {
  const picture = {
    step: 7,
    indices: Uint32Array.of(0, 2, 3),
    xy: Float32Array.of(0, 0, 1, 0, 2, 0),
    explained: [1, 0] as const,
    refreshed: 0,
    complete: false,
  };
  const svg = mapSvg(picture, { labels: Uint16Array.of(0, 0, 1, 1) }, ['a<b', 'c'], 'set · step 7', false);
  expect(svg.match(/<path /g)).toHaveLength(3);
  // 1,200 pixels for x from 0 to 2: the ends are 40 from the edges.
  expect(svg).toContain('translate(40.0 380.0)');
  expect(svg).toContain('translate(640.0 380.0)');
  expect(svg).toContain('translate(1240.0 380.0)');
  expect(svg).toContain('a&#60;b</text>');
  expect(svg).toContain('set · step 7');
  expect(
    mapSvg(
      { ...picture, xy: new Float32Array(6) },
      { labels: Uint16Array.of(0, 0, 1, 1) },
      ['a', 'b'],
      '',
      true,
    ),
  ).not.toContain('NaN');
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
  expect(pytorch({ ...config, loss: { kind: 'fastAp' } }, 10)).toBeNull();
  expect(pytorch({ ...config, objective: { memory: 64 } }, 10), 'another objective').toBeNull();
  expect(pytorch({ ...config, optimizer: { kind: 'sgd', momentum: 0 } }, 10)).toContain(
    'SGD(learned, lr=0.001)',
  );
});

test('a file tells its data and step', () => {
  expect(fileName('mnist', 120, 'csv')).toBe('metriclab-mnist-step-120.csv');
});
