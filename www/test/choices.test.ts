import { expect, test } from 'vitest';
import { CODED, lossCall, program, type Experiment } from '../src/figures/code/pml';
import { frameOf, spotAt, spotsOf } from '../src/figures/compare/draw';
import { LOSSES, RECIPES } from '../src/figures/compare/recipes';
import { difference, rightOf, shareOf, verdictOf } from '../src/figures/compare/score';
import { gridOf, lossAt, softmaxLoss } from '../src/figures/forces/field';
import { comparisons, parametersOf, tensorsOf, WIRINGS } from '../src/figures/wiring/shapes';

test('the nearest other row decides, by hand', () => {
  // On a line: 0 0.1 (class 0), 1 1.3 (class 1), 1.2 (class 0): the last two name each other wrongly.
  const rows = Float32Array.of(0, 0, 0.1, 0, 1, 0, 1.3, 0, 1.2, 0);
  expect(rightOf(rows, 2, [0, 0, 1, 1, 0])).toEqual([true, true, false, false, false]);
});

test('a share has its Wilson interval, a difference is paired, and one inside its interval is none', () => {
  const { mean, low, high } = shareOf([...Array<boolean>(8).fill(true), false, false]);
  expect(mean).toBe(0.8);
  // Wilson, n = 10, by the formula: (0.8 + 0.19208 ± 1.96 √(0.016 + 0.009604)) / 1.38416.
  expect(low).toBeCloseTo((0.99208 - 1.96 * Math.sqrt(0.025604)) / 1.38416, 6);
  expect(high).toBeCloseTo((0.99208 + 1.96 * Math.sqrt(0.025604)) / 1.38416, 6);
  const a = Array.from({ length: 100 }, (_, k) => k < 60);
  const b = Array.from({ length: 100 }, (_, k) => k < 50);
  const gap = difference(a, b);
  expect(gap.mean).toBeCloseTo(0.1, 12);
  expect(gap.high - gap.mean).toBeCloseTo(1.96 * Math.sqrt((10 * 0.81 + 90 * 0.01) / 99 / 100), 12);
  expect(verdictOf(gap)).toBe('better');
  expect(verdictOf(difference(b, a))).toBe('worse');
  expect(verdictOf(difference([true, false, true], [false, true, true]))).toBe('same');
});

test('rows keep their shape on a canvas, and a pointer finds the nearest', () => {
  const spots = spotsOf(Float32Array.of(0, 0, 2, 0, 0, 1), 228, 128);
  expect(spots).toEqual([
    { x: 14, y: 114 },
    { x: 214, y: 114 },
    { x: 14, y: 14 },
  ]);
  expect(spotAt(spots, 16, 20)).toBe(2);
  expect(spotAt(spots, 100, 60)).toBeNull();

  // Later rows are seen in the frame of the first ones, in its middle if they meet there; what leaves it widens it.
  const first = frameOf(Float32Array.of(1, 3, 3, 4));
  expect(first).toEqual([1, 3, 3, 4]);
  expect(spotsOf(Float32Array.of(2, 3.5), 228, 128, first)).toEqual([{ x: 114, y: 64 }]);
  expect(frameOf(Float32Array.of(2, 3.5, 5, 2), first)).toEqual([1, 5, 2, 4]);
});

test('losses of one triplet by hand', () => {
  expect(lossAt(LOSSES.contrastive as never, 0.5, 0.4)).toBeCloseTo(0.5 + 0.6, 12);
  expect(lossAt(LOSSES.contrastive as never, 0.5, 1.4)).toBeCloseTo(0.5, 12);
  expect(lossAt(LOSSES.triplet as never, 0.5, 0.6)).toBeCloseTo(0.1, 12);
  expect(lossAt(LOSSES.margin as never, 1.1, 1.3)).toBeCloseTo(0.1 + 0.1, 12);
  // One row on the axis of its class: scores 1 and −1.
  expect(softmaxLoss([1, 0], [0], [1, -1, 0, 0])).toBeCloseTo(Math.log(1 + Math.exp(-2)), 12);
  expect([...gridOf([-1, -1, 1, 1], 2, 2)]).toEqual([-0.5, 0.5, 0.5, 0.5, -0.5, -0.5, 0.5, -0.5]);
});

const setup = { classes: 10, perClass: 12, channels: [16, 32], side: 28, dim: 32, known: 10 };

test('shapes and counts of each wiring by hand', () => {
  expect(tensorsOf('siamese', setup).map(({ shape }) => shape)).toEqual([
    [120, 1, 28, 28],
    [120, 16, 14, 14],
    [120, 32, 7, 7],
    [120, 32],
    [120, 120],
  ]);
  expect(tensorsOf('classifier', setup).at(-1)?.shape).toEqual([120, 10]);
  expect(tensorsOf('twoView', setup)[0]?.shape).toEqual([240, 1, 28, 28]);
  // Ten classes of 12: 10 · 12 · 11 / 2 positive pairs; 120 · 11 · 108 triplets.
  expect(comparisons('siamese', setup)).toEqual({ positive: 660, negative: 6480, all: 7140 });
  expect(comparisons('triplet', setup).all).toBe(142_560);
  expect(comparisons('twoView', setup).positive).toBe(120);
  for (const wiring of WIRINGS.filter((one) => one === 'siamese' || one === 'twoView')) {
    const { positive, negative, all } = comparisons(wiring, setup);
    expect(positive + negative).toBe(all);
  }
  // (9·1·16 + 16) + (9·16·32 + 32) + (32·49·32 + 32)
  expect(parametersOf('siamese', setup)).toEqual({ network: 55_008, loss: 0 });
  expect(parametersOf('classifier', setup).loss).toBe(330);
});

/**
 * Parameters of the constructors in pytorch-metric-learning 2.9.0, its base classes included: `python3 -m pip download
 * --no-deps pytorch-metric-learning==2.9.0`, then the signatures of `__init__` in losses/, miners/ and distances/.
 */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'losses.ContrastiveLoss': ['pos_margin', 'neg_margin', 'distance'],
  'losses.TripletMarginLoss': ['margin', 'swap', 'smooth_loss', 'triplets_per_anchor', 'distance'],
  'losses.MarginLoss': [
    'margin',
    'nu',
    'beta',
    'triplets_per_anchor',
    'learn_beta',
    'num_classes',
    'distance',
  ],
  'losses.NTXentLoss': ['temperature', 'distance'],
  'losses.SupConLoss': ['temperature', 'distance'],
  'torch.nn.CrossEntropyLoss': [],
  'miners.TripletMarginMiner': ['margin', 'type_of_triplets', 'distance'],
  'distances.LpDistance': ['normalize_embeddings', 'p', 'power', 'is_inverted'],
  'samplers.MPerClassSampler': ['m', 'batch_size', 'length_before_new_iter'],
};

const experiment = (loss: Experiment['loss']): Experiment => ({
  ...{ loss, dim: 32, normalize: true, classes: 10, perClass: 12 },
  ...{ optimizer: { learningRate: 3e-3 }, known: 10, semihard: 0.2 },
});
const DEFAULTS: Readonly<Record<(typeof CODED)[number], Experiment['loss']>> = {
  ...LOSSES,
  ntxent: { kind: 'ntxent', temperature: 0.1 },
  supcon: { kind: 'supcon', temperature: 0.1 },
};

test('each loss has its code, with the names of pytorch-metric-learning', () => {
  expect(CODED).toEqual(expect.arrayContaining([...RECIPES]));
  for (const kind of CODED) {
    const { name, settings } = lossCall(experiment(DEFAULTS[kind]));
    const known = PARAMETERS[name];
    expect(known, name).toBeDefined();
    for (const setting of settings) expect(known, setting).toContain(setting.split('=')[0]);
    const code = program(experiment(DEFAULTS[kind]));
    for (const [, call = '', inside = ''] of code.matchAll(
      /((?:losses|miners|distances|samplers)\.\w+)\(([^()]*)/g,
    ))
      for (const [, parameter] of inside.matchAll(/(\w+)=/g))
        expect(PARAMETERS[call], `${call} ${parameter}`).toContain(parameter);
    // Every setting of ours but the kind is in the call.
    const own = Object.keys(DEFAULTS[kind]).length - 1;
    expect(settings.filter((one) => !one.startsWith('distance'))).toHaveLength(own);
    expect(code.match(/\(/g)).toHaveLength(code.match(/\)/g)?.length ?? 0);
  }
});

test('the code has the values that were chosen', () => {
  const code = program(experiment({ kind: 'triplet', margin: 0.35, swap: true, smooth: false }));
  expect(code).toContain('margin=0.35, swap=True, smooth_loss=False, distance=distance');
  expect(code).toContain('margin=0.2, type_of_triplets="semihard"');
  expect(code).toContain('loss_of(rows, names, miner(rows, names))');
  expect(program(experiment({ kind: 'softmax' }))).toContain('torch.nn.Linear(32, 10)');
});

test('the code has the optimiser that was chosen, and what changes its rate', () => {
  const by = (optimizer: Experiment['optimizer'], loss: Experiment['loss'] = DEFAULTS.triplet): string =>
    program({ ...experiment(loss), optimizer });
  expect(by({ learningRate: 0.003 })).toContain('torch.optim.Adam(learned, lr=0.003)\n');
  expect(by({ kind: 'sgd', learningRate: 0.1, momentum: 0.8, weightDecay: 0.01 })).toContain(
    'torch.optim.SGD(learned, lr=0.1, momentum=0.8, weight_decay=0.01)',
  );
  // Its own default there is 0.01.
  expect(by({ kind: 'adamw', learningRate: 0.1 })).toContain('AdamW(learned, lr=0.1, weight_decay=0)');
  expect(by({ clip: 2 })).toContain('    torch.nn.utils.clip_grad_norm_(learned, 2)\n    optimizer.step()');
  const softmax = by({ learningRate: 0.001, classRate: 50 }, { kind: 'softmax' });
  expect(softmax).toContain('{"params": classifier.parameters(), "lr": 0.05}');
  // A boundary that is learned is trained, too.
  const perClass = by({}, { kind: 'margin', boundary: 'perClass' });
  expect(perClass).toContain('learn_beta=True, num_classes=10, distance=distance');
  expect(perClass).toContain('list(network.parameters()) + list(loss_of.parameters())');
  const cosine = by({ warmup: 5, schedule: { kind: 'cosine', steps: 400, floor: 0.1 } });
  expect(cosine).toContain(
    'min(1, (step + 1) / 5) * (0.1 + (1 - 0.1) * (1 + math.cos(math.pi * min(1, step / 400))) / 2)',
  );
  expect(cosine).toContain('    optimizer.step()\n    schedule.step()');
  expect(by({ schedule: { kind: 'step', every: 100, factor: 0.5 } })).toContain('0.5 ** (step // 100)');
});
