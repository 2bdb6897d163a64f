// Headers of a data set that are nearly right: the page and the engine read them alike.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createLab, readPacked } from '../dist/node.js';
import { pack } from './packed.mjs';

/** Changes the header and the bytes of a small data set, and compares the verdicts of both readers. */
async function compareReaders(lab, rounds) {
  let state = 1;
  const below = (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const pick = (list) => list[below(list.length)];
  const values = [
    ...['null', 'true', '-1', '0', '0.0', '-0', '4.0', '4.5', '4e0', '1e400', '1e-400', '5000000000', '1e20'],
    ...['""', '"x"', '"\\ud800"', '"\\ud83d\\ude00"', '"\\u0000"', '[]', '["a"]', '["a",1]', '["a","b"]'],
    ...[
      '{}',
      '{"ko":"k"}',
      '{"en":3}',
      '"picture"',
      '"vectors"',
      '"u8"',
      '"f32"',
      '255',
      '256',
      '01',
      '1.',
      '+1',
    ],
    ...[
      'NaN',
      "'x'",
      '[1,]',
      '[[[[]]]]',
      `${'['.repeat(126)}${']'.repeat(126)}`,
      `${'['.repeat(127)}${']'.repeat(127)}`,
    ],
  ];
  const names = [
    ...['name', 'title', 'count', 'channels', 'height', 'width', 'classes', 'domains', 'licence', 'source'],
    ...['notice', 'kind', 'type', 'background', 'other', '__proto__'],
  ];
  const fields = () => ({
    name: '"t"',
    title: '{"ko":"티","en":"t"}',
    count: '4',
    channels: '1',
    height: '2',
    width: '2',
    classes: '["a","b"]',
    domains: '[]',
    licence: '"x"',
    source: '"x"',
    notice: '"x"',
  });
  const mutant = () => {
    const own = fields();
    for (let changes = below(3); changes > 0; changes -= 1) {
      const name = pick(names);
      if (below(4) === 0) delete own[name];
      else Object.defineProperty(own, name, { value: pick(values), enumerable: true, configurable: true });
    }
    const space = () =>
      below(200) === 0 ? pick(['\u00a0', '\v', '\0']) : pick(['', '', ' ', '\t', '\n', '\r']);
    const text = `{${Object.entries(own)
      .map(([name, value]) => `${space()}"${name}":${value}`)
      .join(',')}}${space()}`;
    const json = [...new TextEncoder().encode(text)];
    const mark = [0xef, 0xbb, 0xbf];
    json.unshift(...pick([[], [], [], [], [], mark, mark, [...mark, ...mark], [0xff, 0xfe]]));
    while (json.length % 4 > 0) json.push(below(50) === 0 ? 0 : 0x20);
    if (below(6) === 0) json[below(json.length)] ^= 1 << below(8);
    const body = new Uint8Array(pack({ count: 4, classes: 2, side: 2 })).slice(-24);
    if (below(6) === 0) body[below(24)] = pick([0, 1, 2, 255]);
    const file = new Uint8Array(12 + json.length + body.length + (below(12) === 0 ? pick([1, -1]) : 0));
    file.set([0x4d, 0x4c, 0x44, 0x53, 1, 0, 0, 0, json.length & 255, json.length >> 8]);
    file.set(json, 12);
    file.set(body.subarray(0, file.length - 12 - json.length), 12 + json.length);
    return file;
  };
  const verdict = async (work) => {
    try {
      const { name, count, classes, title, kind, type } = await work();
      return JSON.stringify({ name, count, classes, title, kind, type });
    } catch (error) {
      return `${error.code}: ${error.message}`;
    }
  };
  const codeOf = (text) => (text.startsWith('{') ? text : text.split(':')[0]);
  const found = { accepted: 0, refused: 0, different: [] };
  for (let round = 0; round < rounds; round += 1) {
    const file = mutant();
    const [ours, theirs] = [
      await verdict(() => readPacked(file)),
      await verdict(() => lab.loadDataset(file)),
    ];
    found[ours.startsWith('{') ? 'accepted' : 'refused'] += 1;
    if (codeOf(ours) !== codeOf(theirs))
      found.different.push({ header: new TextDecoder().decode(file.subarray(12, -24)), ours, theirs });
  }
  return found;
}

test('the page and the engine read 2,000 mutants of a header alike', { timeout: 120_000 }, async (t) => {
  const lab = await createLab();
  t.after(() => lab.dispose());
  const { accepted, refused, different } = await compareReaders(lab, 2_000);
  assert.deepEqual(different.slice(0, 5), [], `${different.length} of 2,000 differ`);
  assert.ok(accepted > 200 && refused > 500, `${accepted} accepted, ${refused} refused`);
});
