import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  dots,
  itemNeighbours,
  placeOf,
  popularity,
  recallOf,
  topOf,
  wordsInCommon,
} from '../src/figures/recommend/counting';
import { CLICKS, describedItems, pairsOf, splitOf, type Graph } from '../src/figures/recommend/graph';

const DATA = fileURLToPath(new URL('../../data/interactions/', import.meta.url));
const graph = JSON.parse(gunzipSync(readFileSync(`${DATA}packages.json.gz`)).toString()) as Graph;

test('counting, by hand', () => {
  // Items 0 and 1 are always together; item 2 once with item 0.
  const seen = [[0, 1], [0, 1], [0, 2], [3]];
  expect([...popularity(seen, 4)([])]).toEqual([3, 2, 1, 1]);
  const scores = itemNeighbours(seen, 4)([0]);
  // |users of 0 and j| / √(|users of 0| |users of j|)
  [1, 2 / Math.sqrt(6), 1 / Math.sqrt(3), 0].forEach((wanted, item) => {
    expect(scores[item]).toBeCloseTo(wanted, 12);
  });
  expect(
    itemNeighbours(seen, 5)([4]).every((score) => score === 0),
    'nobody has it',
  ).toBe(true);
});

test('words in common, by hand', () => {
  const small: Graph = {
    items: ['a', 'b', 'c', 'd'],
    words: ['x', 'y', 'z'],
    wordsOf: [[0, 1], [0], [2], [2, 1]],
    users: [],
  };
  // Each word is in two of four items: all weigh ln 2.
  const scores = wordsInCommon(small)([0]);
  [Math.SQRT2, 1, 0, Math.SQRT1_2].forEach((wanted, item) => {
    expect(scores[item]).toBeCloseTo(wanted * Math.LN2, 12);
  });
});

test('the best, their recall and a place: equals share', () => {
  const scores = Float64Array.of(5, 3, 3, 3, 1);
  const all = [0, 1, 2, 3, 4];
  expect(topOf(scores, 2, all)).toEqual([0, 1]);
  expect(topOf(scores, 2, [4, 3, 0], [0])).toEqual([3, 4]);
  expect(recallOf(scores, 1, { among: all, wanted: [0, 4] }), 'one of one that could be').toBe(1);
  // Two places are left for three equals.
  expect(recallOf(scores, 3, { among: all, wanted: [1, 4] })).toBeCloseTo(2 / 3 / 2, 12);
  expect(recallOf(scores, 9, { among: all, wanted: [1, 4] }), 'more places than items').toBe(1);
  expect([0, 1, 4].map((item) => placeOf(scores, item, all))).toEqual([1, 2, 5]);
  expect([...dots(Float32Array.of(1, 2), Float32Array.of(3, 4, 5, -6))]).toEqual([11, -7]);
});

test('the packages are what their program makes of the whole graph', () => {
  const program = `import { partOf } from './packages.mjs';
    import { readFileSync } from 'node:fs';
    import { gunzipSync } from 'node:zlib';
    process.stdout.write(JSON.stringify(partOf(JSON.parse(gunzipSync(readFileSync('debian.json.gz'))))));`;
  const made = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: DATA,
    maxBuffer: 1 << 26,
  });
  // Compared as texts: the difference of two such objects takes long to print.
  expect(made.toString() === JSON.stringify(graph)).toBe(true);
});

test('a split hides what it says, and training sees nothing of it', () => {
  const spared = [3, 14];
  const split = splitOf(graph, 7, spared);
  const fresh = new Set(split.fresh);
  expect(fresh.size).toBe(Math.floor(graph.items.length / 20));
  expect(spared.some((item) => fresh.has(item))).toBe(false);
  const none = (lists: readonly (readonly number[])[]): boolean =>
    lists.every((own) => own.every((item) => !fresh.has(item)));
  expect([none(split.seen), none(split.clicks), none(split.rest)]).toEqual([true, true, true]);
  expect(split.clicks.every(({ length }) => length === CLICKS)).toBe(true);
  expect(split.rest.every(({ length }) => length > 0)).toBe(true);
  const apart = split.clicks.every((own, at) => own.every((item) => !split.rest[at]?.includes(item)));
  expect(apart, 'what is asked for was not shown').toBe(true);
  const seen = new Set(split.seen);
  expect(split.askers.every(({ own }) => seen.has(own))).toBe(true);
  expect(split.askers.every(({ wanted }) => wanted.every((item) => fresh.has(item)))).toBe(true);
  const pairs = pairsOf(split);
  const wrong = [...pairs.keys()].filter(
    (at) => at % 2 === 0 && !split.seen[pairs[at] ?? 0]?.includes(pairs[at + 1] ?? -1),
  );
  expect([wrong, pairs.length]).toEqual([[], 2 * split.seen.reduce((sum, { length }) => sum + length, 0)]);
  const itself = describedItems(graph, split).map((ids, item) => ids.includes(graph.words.length + item));
  expect(
    itself.every((own, item) => own !== fresh.has(item)),
    'a new item is its words alone',
  ).toBe(true);
  const known = graph.items.map((_, item) => item).filter((item) => !fresh.has(item));
  const learned = new Set(known.flatMap((item) => graph.wordsOf[item] ?? []));
  const said = describedItems(graph, split).filter((_, item) => fresh.has(item));
  expect(said.every((ids) => ids.every((id) => learned.has(id)))).toBe(true);
  expect(splitOf(graph, 7, spared).fresh).toEqual(split.fresh);
  expect(splitOf(graph, 8, spared).fresh).not.toEqual(split.fresh);
});
