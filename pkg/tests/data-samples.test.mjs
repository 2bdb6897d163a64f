// Samples from arrays: the packed file is the one that readPacked and the engine read.
import assert from 'node:assert/strict';
import test from 'node:test';
import { inspect, logMel, samples } from '../dist/data/index.js';
import { readPacked } from '../dist/index.js';

const packed = async (set) => readPacked(await set.toBlob().arrayBuffer());
const floats = ({ pixels }) => [...new Float32Array(pixels.slice().buffer)];
const refused = (code, work) => assert.throws(work, { name: 'MetricLabError', code });

test('vectors keep their sign, names, ids, groups and attributes', async () => {
  const set = samples.fromVectors([[0.5, -2], [1, 3], Float64Array.of(4, 5)], ['cat', '고양이', 'cat'], {
    name: 'pets',
    ids: ['a', 7, '__proto__'],
    groups: ['x', 'y', 'x'],
    attributes: [{ colour: 'red' }, Object.fromEntries([['__proto__', 'text']]), {}],
  });
  const file = await packed(set);
  assert.deepEqual([file.kind, file.type, file.count, file.width], ['vectors', 'f32', 3, 2]);
  assert.deepEqual(floats(file), [0.5, -2, 1, 3, 4, 5]);
  assert.deepEqual(
    [file.classes, [...file.labels]],
    [
      ['cat', '고양이'],
      [0, 1, 0],
    ],
  );
  assert.deepEqual(
    [file.domains, [...file.domainOf]],
    [
      ['x', 'y'],
      [0, 1, 0],
    ],
  );
  assert.deepEqual(set.ids, ['a', '7', '__proto__']);
  assert.equal(set.attributes[0].colour, 'red');
  assert.equal(Object.getOwnPropertyDescriptor(set.attributes[1], '__proto__').value, 'text');
  assert.deepEqual([...set.row(1)], [1, 3]);
  refused('index.out_of_range', () => set.row(3));
});

test('numbers as labels are sorted, so that class 3 of digits is the digit 3', async () => {
  const { classes, labels } = await packed(samples.fromVectors([[1], [2], [3]], Uint8Array.of(10, 2, 10)));
  assert.deepEqual(
    [classes, [...labels]],
    [
      ['2', '10'],
      [1, 0, 1],
    ],
  );
});

test('rows may lie one after the other', async () => {
  const set = samples.fromVectors({ data: Float32Array.of(1, 2, 3, 4), dim: 2 }, ['a', 'b']);
  assert.deepEqual(floats(await packed(set)), [1, 2, 3, 4]);
});

test('an argument of another form is answered with the form that is read', async () => {
  const says = (work, message) => assert.throws(work, { code: 'argument.invalid', message });
  says(() => samples.fromVectors([1, 2], ['a', 'b']), /rows\[0\] must be a list, is 1: .*\{ data, dim \}/);
  says(
    () => samples.fromSequences([[1, 2], [3]], ['a', 'b']),
    /The frame sequences\[0\]\[0\] must be a list/,
  );
  await assert.rejects(inspect('pets.csv'), { message: /must be a File, a Blob or \{ path, data \}/ });
  const preview = await inspect({ path: 'pets.csv', data: new TextEncoder().encode('x,label\n1,a\n2,b') });
  await assert.rejects(preview.load({ label: 'class' }), { message: /'class' .*: there is x, label\.$/ });
});

test('samples are copies', () => {
  const data = Float32Array.of(1, 2);
  const set = samples.fromVectors({ data, dim: 1 }, ['a', 'b']);
  data.fill(9);
  assert.deepEqual([...set.numbers], [1, 2]);
});

test('wrong arguments are refused by a code', () => {
  const two = ['a', 'b'];
  refused('argument.invalid', () => samples.fromVectors([[1], [2, 3]], two));
  refused('argument.invalid', () => samples.fromVectors([[1], ['2']], two));
  refused('argument.invalid', () => samples.fromVectors([[1], [2]], ['a']));
  refused('argument.invalid', () => samples.fromVectors([[1], [2]], ['a', null]));
  refused('argument.invalid', () => samples.fromVectors([[1], [2]], two, { id: [] }));
  refused('argument.invalid', () => samples.fromVectors(null, two));
  refused('argument.invalid', () => samples.fromVectors({ data: [1, 2, 3], dim: 2 }, two));
  refused('data.not_finite', () => samples.fromVectors([[1], [1e39]], two));
  refused('data.not_finite', () => samples.fromVectors([[1], [NaN]], two));
  refused('data.one_class', () => samples.fromVectors([[1], [2]], ['a', 'a']));
  refused('data.insufficient', () => samples.fromVectors([], []));
  refused('data.invalid', () =>
    samples.fromVectors(
      Array.from({ length: 300 }, () => [0]),
      Array.from({ length: 300 }, (_, at) => at),
      { groups: Array.from({ length: 300 }, (_, at) => at) },
    ),
  );
});

test('pixels of a canvas are stored channel after channel, without opacity', async () => {
  const pixels = Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255);
  const set = samples.fromImages({ pixels, width: 2, height: 1, channels: 4 }, ['a', 'b']);
  const file = await packed(set);
  assert.deepEqual(
    [file.kind, file.type, file.channels, file.height, file.width],
    ['picture', 'u8', 3, 1, 2],
  );
  assert.deepEqual([...file.pixels], [1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12]);
  assert.equal(file.background, undefined);
  const planar = samples.fromImages(
    { pixels: Float32Array.of(1, 2, 3, 4), width: 1, height: 1, channels: 2, layout: 'planar' },
    ['a', 'b'],
    { background: null },
  );
  assert.deepEqual(floats(await packed(planar)), [1, 2, 3, 4]);
  assert.equal((await packed(planar)).background, null);
  refused('argument.invalid', () => samples.fromImages({ pixels, width: 3, height: 1, channels: 4 }, ['a']));
});

test('pictures from plain lists', () => {
  const size = { width: 2, height: 1, channels: 1 };
  const made = (pixels) => samples.fromImages({ pixels, ...size }, ['a', 'b']);
  const lists = [
    [0, 0.5],
    [1, 0.25],
  ];
  for (const pixels of [lists, lists.flat(), lists.map((list) => Float32Array.from(list))]) {
    const { kind, count, numbers } = made(pixels);
    assert.deepEqual([kind, count, numbers], ['picture', 2, Float32Array.of(0, 0.5, 1, 0.25)]);
  }
  const bytes = [Uint8Array.of(1, 2), Uint8ClampedArray.of(3, 4)];
  assert.deepEqual(made(bytes).numbers, Uint8Array.of(1, 2, 3, 4), 'bytes stay bytes');
  refused('argument.invalid', () => made([[1, 2], [3]]));
  refused('argument.invalid', () =>
    made([
      [1, 2],
      [3, '4'],
    ]),
  );
  refused('argument.invalid', () => made([[1, 2], 3]));
  refused('data.not_finite', () =>
    made([
      [1, 2],
      [3, NaN],
    ]),
  );
});

test('bags sum their weights, one column an item', async () => {
  const { set, items } = samples.fromBags(
    [
      ['tea', 'milk', 'tea'],
      [['cup', 0.5], 'tea'],
    ],
    ['ann', 'bob'],
  );
  assert.deepEqual(items, ['tea', 'milk', 'cup']);
  const file = await packed(set);
  assert.deepEqual([file.kind, file.channels, file.height, file.width], ['bags', 1, 1, 3]);
  assert.deepEqual(floats(file), [2, 1, 0, 1, 0, 0.5]);
  refused('data.invalid', () => samples.fromBags([['x'], ['y']], ['a', 'b'], { items: ['x'] }));
  refused('data.invalid', () => samples.fromBags([['x'], [['y', -1]]], ['a', 'b']));
  refused('argument.invalid', () => samples.fromBags(['tea', 'milk'], ['a', 'b'])); // letters are no ids
});

test('sequences keep their length: a last channel says which frames are there', async () => {
  const long = [
    [1, 10],
    [2, 20],
    [3, 30],
  ];
  const made = (options) => packed(samples.fromSequences([long, [[4, 40]]], ['up', 'down'], options));
  const file = await made();
  assert.deepEqual([file.kind, file.channels, file.height, file.width], ['sequences', 3, 1, 3]);
  assert.deepEqual(floats(file), [1, 2, 3, 10, 20, 30, 1, 1, 1, 4, 0, 0, 40, 0, 0, 1, 0, 0]);
  const cut = await made({ length: 2 });
  assert.deepEqual(floats(cut), [1, 2, 10, 20, 1, 1, 4, 0, 40, 0, 1, 0]);
  assert.equal((await made({ length: 9 })).width, 3, 'no more than the longest');
  const leftOut = (options) => samples.fromSequences([[[4, 40]], long], ['up', 'down'], options).leftOut;
  assert.deepEqual(leftOut({}), []);
  const message = 'frames after the first 2';
  assert.deepEqual(leftOut({ length: 2, ids: ['short', 'long'] }), [
    { reason: 'cut', count: 1, examples: ['long'], column: null, message },
  ]);
  refused('argument.invalid', () => samples.fromSequences([[[1]], []], ['a', 'b']));
});

test('log-mel frames of silence, of a tone, and by the formula', () => {
  const silence = logMel(new Float32Array(400 + 160 * 2), 4);
  assert.deepEqual([silence.frames, silence.mels], [3, 4]);
  assert.ok(silence.data.every((value) => Math.abs(value - Math.log(1e-10)) < 1e-6));
  const tone = Float32Array.from({ length: 400 }, (_, n) => Math.cos((2 * Math.PI * 1000 * n) / 16_000));
  const { data } = logMel(tone, 40);
  // By definition: the sum over k of a triangle times the power of the windowed samples.
  const power = Array.from({ length: 257 }, (_, k) => {
    let [re, im] = [0, 0];
    tone.forEach((x, n) => {
      const windowed = x * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / 400));
      re += windowed * Math.cos((2 * Math.PI * k * n) / 512);
      im += windowed * Math.sin((2 * Math.PI * k * n) / 512);
    });
    return re * re + im * im;
  });
  const corner = (i) => 700 * (10 ** (((2595 * Math.log10(1 + 8000 / 700)) / 41) * (i / 2595)) - 1);
  for (let m = 0; m < 40; m++) {
    const sum = power.reduce((sum, value, k) => {
      const f = 31.25 * k;
      const up = (f - corner(m)) / (corner(m + 1) - corner(m));
      return sum + value * Math.max(0, Math.min(up, (corner(m + 2) - f) / (corner(m + 2) - corner(m + 1))));
    }, 1e-10);
    assert.ok(
      Math.abs(data[m] - Math.log(sum)) < 1e-3 * Math.max(1, Math.abs(data[m])),
      `mel ${m}: ${data[m]} and ${Math.log(sum)}`,
    );
  }
  const loudest = data.indexOf(Math.max(...data));
  assert.ok(corner(loudest) < 1000 && corner(loudest + 2) > 1000, 'the tone is where it should be');
});

for (const [kind, make] of Object.entries({
  vectors: (options) => samples.fromVectors([[1], [2]], ['a', 'b'], options),
  pictures: (options) =>
    samples.fromImages(
      { pixels: Uint8Array.of(0, 255), width: 1, height: 1, channels: 1, layout: 'planar' },
      ['a', 'b'],
      options,
    ),
  sequences: (options) => samples.fromSequences([[[1]], [[2], [3]]], ['a', 'b'], options),
  bags: (options) => samples.fromBags([['tea'], ['milk']], ['a', 'b'], options).set,
}))
  test(`${kind} have ids, groups and attributes`, async () => {
    const attributes = [{ camera: 'door' }, { camera: 'yard' }];
    const set = make({ ids: ['x', 'y'], groups: ['day', 'night'], attributes });
    assert.deepEqual(
      [set.ids, set.groups, [...set.groupOf], set.attributes.map((one) => ({ ...one }))],
      [['x', 'y'], ['day', 'night'], [0, 1], attributes],
    );
    const { domains, domainOf } = await packed(set);
    assert.deepEqual(
      [domains, [...domainOf]],
      [
        ['day', 'night'],
        [0, 1],
      ],
      'the file has the groups',
    );
    refused('argument.invalid', () => make({ attributes: attributes.slice(1) }));
  });
