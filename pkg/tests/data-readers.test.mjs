// Files of numpy, pandas, pyarrow and safetensors (tests/fixtures/files.py), hand-made tables, and files that lie.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { inspect } from '../dist/data/index.js';
import { readPacked } from '../dist/index.js';
import { zipped } from '../dist/data/zip-writer.js';

const FOLDER = new URL('../../tests/fixtures/files/', import.meta.url);
const file = async (name) => ({ path: name, data: await readFile(new URL(name, FOLDER)) });
const text = (path, content) => ({
  path,
  data: typeof content === 'string' ? new TextEncoder().encode(content) : content,
});
const labels = (names = ['cat', 'dog', 'cat', '고양이']) =>
  text('labels.csv', `label\n${names.join('\n')}\n`);
const ROWS = [0, -1.5, 2, 3.25, 4, -5, 6, 7.5, 8, -9, 10, 11.5];
const refused = (code, files, options) =>
  assert.rejects(inspect(files, options), { name: 'MetricLabError', code });

const TYPES = {
  ...{ f2: ROWS, f4: ROWS, f8: ROWS, 'big-f4': ROWS, 'big-f8': ROWS, fortran: ROWS },
  ...Object.fromEntries(
    ['i1', 'i2', 'i4', 'i8', 'big-i2', 'big-i8'].map((name) => [name, ROWS.map(Math.trunc)]),
  ),
  ...Object.fromEntries(
    ['u1', 'u2', 'u4', 'u8'].map((name) => [name, ROWS.map((x) => Math.abs(Math.trunc(x)))]),
  ),
  bool: ROWS.map((x) => Number(x > 0)),
};
for (const [name, expected] of Object.entries(TYPES))
  test(`numpy's ${name}`, async () => {
    const preview = await inspect([await file(`${name}.npy`), labels()]);
    assert.deepEqual([preview.count, preview.shape, preview.problem, preview.leftOut], [4, [3], null, []]);
    const set = await preview.load();
    assert.deepEqual(
      [...set.numbers].map((x) => x + 0),
      expected.map((x) => x + 0),
    );
    assert.deepEqual(
      [set.classes, [...set.labels]],
      [
        ['cat', 'dog', '고양이'],
        [0, 1, 0, 2],
      ],
    );
  });

test('Fortran order of three axes, and texts of numpy as labels', async () => {
  const preview = await inspect([await file('fortran3.npy'), await file('texts.npy')]);
  const set = await preview.with({ kind: 'vectors', label: 'texts' }).load();
  assert.deepEqual(
    [...set.numbers],
    Array.from({ length: 24 }, (_, at) => at),
  );
  assert.deepEqual(set.classes, ['cat', 'dog', '고양이']);
});

test('pickled objects are refused', () =>
  file('objects.npy').then((objects) => refused('data.invalid', objects)));

for (const name of ['plain.npz', 'packed.npz', 'rows.safetensors'])
  test(`${name}: x and y`, async () => {
    const set = await (await inspect(await file(name))).load();
    assert.deepEqual([[...set.numbers], set.classes, [...set.labels]], [ROWS, ['0', '1', '2'], [0, 1, 0, 2]]);
  });

test('pictures in an npz, with a second part that is told to be left out', async () => {
  const preview = await inspect(await file('pictures.npz'));
  assert.deepEqual([preview.kind, preview.shape, preview.count], ['picture', [1, 6, 5], 4]);
  assert.deepEqual(
    preview.leftOut.map(({ reason, examples }) => [reason, examples]),
    [['other_rows', ['x_test', 'y_test']]],
  );
  const set = readPacked(await (await preview.load()).toBlob().arrayBuffer());
  assert.deepEqual(
    [set.type, set.height, set.width, set.classes, set.pixels.length],
    ['u8', 6, 5, ['1', '3'], 120],
  );
  const other = await preview.load({ vector: 'x_test', label: 'y_test' });
  assert.equal(other.count, 2);
});

const TABLES = ['none', 'snappy', 'gzip', 'zstd', 'lz4', 'fixed'].map((name) => `${name}.parquet`);
TABLES.push(...['uncompressed.arrow', 'lz4.arrow', 'zstd.arrow', 'fixed.arrow', 'stream.arrows']);
for (const name of TABLES)
  test(`pyarrow's ${name}`, async () => {
    const preview = await inspect(await file(name));
    assert.deepEqual(
      preview.columns.map(({ name, kind, role }) => `${name} ${kind} ${role}`),
      ['id text id', 'label text label', 'vector vector vector', 'code text attribute'],
    );
    const set = await preview.load();
    assert.deepEqual([...set.numbers], ROWS);
    assert.deepEqual(
      [set.classes, set.ids],
      [
        ['cat', 'dog', '고양이'],
        ['a', 'b', 'c', 'd'],
      ],
    );
    assert.deepEqual(
      set.attributes.map(({ code }) => code),
      ['u', 'v', 'u', 'v'],
    );
  });

test('Parquet packed by Brotli is refused by name', async () => {
  await assert.rejects(inspect(await file('brotli.parquet')), { code: 'data.invalid', message: /BROTLI/ });
});

// An hour of fuzzing found it: the library looks for columns of maps unless it is told not to, and walks backwards for ever.
test('a Parquet schema with a negative count of children', { timeout: 20_000 }, async () => {
  const { path, data } = await file('zstd.parquet');
  assert.equal(data[494], 2, 'the root of the schema has one child, as a zigzag number');
  data[494] = 1;
  await assert.rejects(inspect({ path, data }), { code: 'data.invalid' });
});

test("pandas' CSV, whose columns are numbers and whose index has no name", async () => {
  const set = await (await inspect(await file('pandas.csv'))).load({ vector: ['0', '1', '2'] });
  assert.deepEqual([[...set.numbers], set.classes], [ROWS, ['cat', 'dog', '고양이']]);
});

test('a table tells which rows it leaves out, counted as spreadsheets do', async () => {
  const rows = [
    'id,a,b,species',
    'x,1,2,cat',
    'y,3,4,dog',
    'z,5,,dog',
    'w,1,inf,cat',
    'v,2,3,',
    'u,2,1',
    '',
    't,7,8,cat',
  ];
  const preview = await inspect(text('t.csv', `\ufeff${rows.join('\r\n')}`));
  assert.deepEqual(
    [preview.count, preview.classes],
    [
      3,
      [
        { name: 'cat', count: 2 },
        { name: 'dog', count: 1 },
      ],
    ],
  );
  assert.deepEqual(
    preview.leftOut.map(({ reason, count, examples, column }) => [reason, count, examples, column]),
    [
      ['missing', 1, [4], 'b'],
      ['not_finite', 1, [5], 'b'],
      ['no_label', 1, [6], 'species'],
      ['ragged', 1, [7], null],
    ],
  );
  const set = await preview.load();
  assert.deepEqual(
    [[...set.numbers], set.ids],
    [
      [1, 2, 3, 4, 7, 8],
      ['x', 'y', 't'],
    ],
  );
  assert.equal(set.leftOut.length, 4);
});

test('one wrong cell costs its row, not its column', async () => {
  const lines = Array.from(
    { length: 30 },
    (_, at) => `${at},${at === 11 ? 'oops' : at * 2},${at % 2 ? 'a' : 'b'}`,
  );
  const preview = await inspect(text('t.csv', `x,y,label\n${lines.join('\n')}`));
  assert.deepEqual([preview.count, preview.shape], [29, [2]]);
  assert.deepEqual(
    preview.leftOut.map(({ reason, examples }) => [reason, examples]),
    [['not_a_number', [13]]],
  );
});

const CP949 = Uint8Array.from(
  [...'x,label\n1,'].map((c) => c.charCodeAt(0)).concat([0xb0, 0xa1], [10, 50, 44], [0xb3, 0xaa], [10]),
);
const utf16 = (content, big) => {
  const bytes = Buffer.from(content, 'utf16le');
  return big ? bytes.swap16() : bytes;
};
for (const [name, bytes] of [
  ['cp949', CP949],
  ['UTF-8', new TextEncoder().encode('x,label\n1,가\n2,나\n')],
  ['UTF-8 with a mark', new TextEncoder().encode('\ufeffx,label\n1,가\n2,나\n')],
  ['UTF-16 with a mark', utf16('\ufeffx,label\n1,가\n2,나\n')],
  ['big-endian UTF-16 with a mark', utf16('\ufeffx,label\n1,가\n2,나\n', true)],
  ['UTF-16 without a mark', utf16('x,label,more,text\n1,가,1,1\n2,나,1,1\n')],
  ['gzip of two members', Buffer.concat([gzipSync('x,label\n1,'), gzipSync('가\n2,나\n')])],
])
  test(`a table in ${name}`, async () => {
    const preview = await inspect(text(name.startsWith('gzip') ? 't.csv.gz' : 't.csv', bytes));
    assert.deepEqual(
      preview.classes.map(({ name }) => name),
      ['가', '나'],
      preview.notes.map(({ value }) => value).join(),
    );
  });

test('separators, decimal commas, quotes with line breaks, lists in a cell', async () => {
  const german = await inspect(text('t.csv', 'a;b;label\n1,5;2;x\n-0,25;3;y\n'));
  assert.deepEqual([...(await german.load()).numbers], [1.5, 2, -0.25, 3]);
  for (const [name, rows, numbers] of [
    ['t.csv', ['"1,500",2,x', '"-12,345.5",3,y'], [1500, 2, -12345.5, 3]],
    ['t.tsv', ['1,234,567\t2\tx', '1,500\t3\ty'], [1234567, 2, 1500, 3]],
    ['t.tsv', ['1,500\t2.5\tx', '999\t3\ty'], [1500, 2.5, 999, 3]],
    ['t.csv', ['1,500;2;x', '0,5;3;y'], [1.5, 2, 0.5, 3]],
    ['t.csv', ['1,500;2;x', '2,250;3;y'], [1.5, 2, 2.25, 3]],
  ]) {
    // Numbers that have commas are numbers for the header, too.
    const separator = rows[0].at(-2);
    for (const header of ['', `a${separator}b${separator}label\n`]) {
      const preview = await inspect(text(name, `${header}${rows.join('\n')}\n`));
      assert.deepEqual([preview.columns[0].kind, preview.count], ['number', 2], `${header}${rows}`);
      if (header !== '') assert.deepEqual([...(await preview.load()).numbers], numbers, `${header}${rows}`);
    }
  }
  const codes = await inspect(text('t.csv', 'a,label\n"0,500",x\n"12,34",y\n'));
  assert.equal(codes.columns[0].kind, 'text', 'no grouping of thousands');
  const quoted = await inspect(text('t.tsv', 'v\tlabel\n[1, 2]\t"a\nb"\n"[3  4]"\ty\n[5]\ty\n'));
  assert.deepEqual([quoted.classes.map(({ name }) => name), quoted.shape], [['a\nb', 'y'], [2]]);
  assert.deepEqual(
    quoted.leftOut.map(({ reason, examples }) => [reason, examples]),
    [['ragged', [4]]],
  );
  const bare = await inspect(
    text('iris.txt', '5.1,3.5,setosa\n4.9,3,virginica\n4.9,3,virginica\n5,3,setosa\n'),
  );
  assert.deepEqual([bare.count, bare.classes.length, bare.shape], [4, 2, [2]], 'without a header');
});

test('a column of groups is no column of ids, although its values are all different', async () => {
  const csv = 'group,label,x,y\nmonday,a,1,2\ntuesday,b,3,4\n';
  assert.deepEqual((await inspect(text('t.csv', csv))).choices, {
    vector: ['x', 'y'],
    label: 'label',
    id: null,
    group: 'group',
  });
});

test('HTML, formulas and __proto__ stay texts', async () => {
  const rows = [
    '__proto__,constructor,label',
    '1,2,<img src=x onerror=alert(1)>',
    '3,4,=cmd()',
    '5,6,__proto__',
  ];
  const set = await (await inspect(text('t.csv', rows.join('\n')))).load();
  assert.deepEqual(set.classes, ['<img src=x onerror=alert(1)>', '=cmd()', '__proto__']);
  assert.equal({}.polluted, undefined);
  const lines = [
    '{"__proto__": 1, "label": "a", "v": [1, 2]}',
    '{"__proto__": 2, "label": "b", "v": [3, 4]}',
  ];
  const preview = await inspect(text('t.jsonl', lines.join('\n')));
  assert.deepEqual(
    preview.columns.map(({ name }) => name),
    ['__proto__', 'label', 'v'],
  );
});

test('JSON lines: broken, empty and other lines are told', async () => {
  const lines = [
    '{"v":[1,2],"label":"a"}',
    '{"v":[1',
    '',
    '[1]',
    '{"v":[3,null],"label":"b"}',
    '{"label":"b","v":[5,6]}',
    '{"v":[7,8,9],"label":"b"}',
  ];
  const preview = await inspect(text('t.jsonl', lines.join('\n')));
  assert.equal(preview.count, 2);
  const told = preview.leftOut.map(({ count, examples }) => [count, examples]);
  assert.deepEqual(told, [
    [2, [2, 4]],
    [1, [3]],
    [1, [5]],
    [1, [7]],
  ]);
  const list = await inspect(text('t.json', '[{"v":[1],"label":"a"},{"v":[2],"label":"b"}]'));
  assert.deepEqual([...(await list.load()).numbers], [1, 2]);
});

test('choices that do not exist are refused', async () => {
  const preview = await inspect(text('t.csv', 'a,b,label\n1,2,x\n3,4,y\n'));
  for (const choices of [
    { label: 'none' },
    { vector: ['a', 'none'] },
    { vector: 'label' },
    { kind: 'song' },
    { Label: 'b' },
    { vector: 5 },
    7,
    { kind: 'picture' },
    { kind: 'sequences' },
  ])
    assert.throws(() => preview.with(choices), { code: 'argument.invalid' }, JSON.stringify(choices));
  assert.deepEqual([...(await preview.load({ vector: 'a', label: 'b' })).numbers], [1, 3]);
  await refused('argument.invalid', text('t.csv', 'a'), { Header: true });
  await refused('argument.invalid', 5);
  await refused('data.insufficient', []);
});

test('aborting and progress', async () => {
  await refused('call.aborted', labels(), { signal: AbortSignal.abort() });
  const big = text(
    't.csv',
    `a,label\n${Array.from({ length: 60_000 }, (_, at) => `${at},${at % 7}`).join('\n')}`,
  );
  const seen = [];
  await inspect(big, { onProgress: ({ done, total }) => seen.push(done / total) });
  assert.ok(
    seen.every((share, at) => share <= 1 && (at === 0 || share >= seen[at - 1])),
    seen.join(),
  );
  const stop = new Error('mine');
  const thrown = () => {
    throw stop;
  };
  await assert.rejects(inspect(big, { onProgress: thrown }), seen.length > 0 ? stop : undefined);
});

const zip = (...files) =>
  Buffer.concat(zipped(files.map(([path, bytes]) => ({ path, bytes: Uint8Array.from(bytes) }))));
test('a zip of folders is a preview of pictures; files of other kinds are told', async () => {
  const png = await readFile(new URL('u1.npy', FOLDER));
  const archive = zip(
    ['set/cat/1.png', png],
    ['set/cat/2.jpg', png],
    ['set/dog/3.png', png],
    ['set/readme.md', [1]],
    ['__MACOSX/x.png', png],
    ['top.png', png],
  );
  const preview = await inspect(text('set.zip', archive));
  assert.deepEqual(
    [preview.kind, preview.format, preview.count, preview.shape],
    ['picture', 'pictures', 3, [3, 32, 32]],
  );
  assert.deepEqual(preview.classes, [
    { name: 'cat', count: 2 },
    { name: 'dog', count: 1 },
  ]);
  assert.deepEqual(
    preview.leftOut.map(({ reason, examples }) => [reason, examples]),
    [
      ['unknown_kind', ['set/readme.md']],
      ['no_folder', ['top.png']],
    ],
  );
  await assert.rejects(preview.load(), { code: 'browser.required' });
});

test('the folder that holds the classes is none of them', async () => {
  const chosen = async (...paths) => {
    const { classes, leftOut } = await inspect(paths.map((path) => ({ path, data: new Uint8Array([1]) })));
    return [classes.map(({ name }) => name).sort(), leftOut.flatMap(({ examples }) => examples)];
  };
  assert.deepEqual(await chosen('상품/신발/1.png', '상품/가방/2.png', '상품/표지.png'), [
    ['가방', '신발'],
    ['상품/표지.png'],
  ]);
  assert.deepEqual(await chosen('cat/1.png', 'dog/2.png', 'dog/old/3.png'), [['cat', 'dog', 'old'], []]);
  assert.deepEqual(await chosen('cat/1.png', 'cat/2.png'), [['cat'], []]);
});

test('bombs are told before memory is taken', async () => {
  const packed = Buffer.from(await readFile(new URL('packed.npz', FOLDER)));
  const at = packed.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  const lies = Buffer.from(packed);
  lies.writeUInt32LE(2_000_000_000, at + 24);
  await refused('data.too_large', text('x.npz', lies));
  await refused('data.too_large', text('t.csv.gz', gzipSync(Buffer.alloc(8_000_000, 49))), {
    limit: 1_000_000,
  });
  const { data } = await file('f8.npy');
  const header = Buffer.from(data);
  header.write('(9999999999, 3), ', header.indexOf('(4, 3)'));
  await refused('data.invalid', text('x.npy', header));
  const tensors = Buffer.alloc(16);
  tensors.writeBigUInt64LE(2n ** 60n);
  tensors.write('{', 8);
  await refused('data.too_large', text('x.safetensors', tensors));
  await refused('data.too_large', text('t.csv', Array.from({ length: 20_001 }, () => 'a').join(',')));
});

test('every prefix of every fixture is an answer or a code', { timeout: 120_000 }, async () => {
  for (const name of await readdir(FOLDER)) {
    const { data } = await file(name);
    const step = Math.max(1, Math.floor(data.length / 40));
    for (let length = 0; length < data.length; length += step)
      await inspect({ path: name, data: data.subarray(0, length) }).catch((error) => {
        assert.ok(
          error.name === 'MetricLabError' && error.code !== 'engine.unexpected',
          `${name}, ${length} bytes: ${error.stack}`,
        );
      });
  }
});
