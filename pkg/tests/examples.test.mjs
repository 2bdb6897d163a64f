// Every function and method that the package documents has an example, and TypeScript accepts it against the package's types.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import ts from 'typescript';
import { documented, ENTRIES, entry, OPTIONS } from './documented.mjs';

/** What the examples of a page take for granted. */
const GIVEN = `
import * as m from 'metriclab';
import * as d from 'metriclab/data';
declare global {
  const { createLab, fetchPacked, readPacked, sampleRgba, decompress, storedGalleries }: typeof m;
  const { samples, inspect, logMel, exportScript, weightsOf, soundSeconds, embeddingsOf, reportCsv, reportJson, toCsv, toJsonl, toNpy, toNpz, toParquet, toProjector }: typeof d;
  const MetricLabError: typeof m.MetricLabError;
  const lab: m.Lab, config: m.SessionConfig, gallery: m.Gallery, towers: m.Towers, preview: d.Preview;
  const set: m.PackedDataset & d.Samples;
  const row: number[], vectors: Float32Array, queries: Float32Array, references: Float32Array, dim: number;
  const bytes: Uint8Array<ArrayBuffer>, state: Uint8Array<ArrayBuffer>, file: File, signal: AbortSignal;
  const labels: string[], ids: string[], digits: string[];
  const bar: HTMLProgressElement, input: { readonly files: FileList }, context: CanvasRenderingContext2D;
  const audioBuffer: AudioBuffer;
  function save(content: Blob | string, name: string): void;
}
`;

/** The complaints of TypeScript about each code. */
function complaints(codes, more = {}) {
  const files = new Map(codes.map(([name, code], at) => [`/examples/${at}.ts`, { name, code }]));
  const host = ts.createCompilerHost(OPTIONS);
  const text = (path) => {
    if (path === '/examples/given.d.ts') return GIVEN;
    const found = files.get(path);
    // A module of its own: its names are not those of other examples.
    return found && `${found.code}\nexport {};\n`;
  };
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...rest) => {
    const own = text(path);
    return own === undefined
      ? read(path, ...rest)
      : ts.createSourceFile(path, own, ts.ScriptTarget.ES2022, true);
  };
  const exists = host.fileExists.bind(host);
  host.fileExists = (path) => text(path) !== undefined || exists(path);
  const paths = Object.fromEntries(
    [...Object.entries(ENTRIES), ['metriclab/inline/gpu', 'inline-gpu']].map(([name, file]) => [
      name,
      [entry(file)],
    ]),
  );
  const program = ts.createProgram(
    ['/examples/given.d.ts', ...files.keys()],
    { ...OPTIONS, ...more, paths },
    host,
  );
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText, start }) => {
    const line = file ? file.text.slice(0, start).split('\n').length : 0;
    const { name = file?.fileName } = files.get(file?.fileName) ?? {};
    return `${name}, line ${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

const found = documented();

test('`using` ends a lab, a gallery and towers, in a program without the library of it too', () => {
  const code = `
    using own = await createLab();
    await using faces = await own.gallery({ dim: 2 });
    await using ends = await own.towers({ left: { rows: [[1]], shape: 1 }, right: { rows: [[1]], shape: 1 }, pairs: [] });
    own[Symbol.dispose]();
    const closed: Promise<void> = faces[Symbol.asyncDispose]() as Promise<void>;`;
  const lib = OPTIONS.lib.filter((name) => !name.includes('disposable'));
  assert.deepEqual(complaints([['using', code]], { lib }), []);
  const [complaint] = complaints([['wrong', 'using own = await lab.defaults();']], { lib });
  assert.match(complaint, /Symbol.dispose/);
});

test('every function and method has an example', () => {
  assert.ok(found.size > 60, `${found.size} functions`);
  const without = [...found].filter(([, codes]) => codes.length === 0 || codes.includes(''));
  assert.deepEqual(
    without.map(([name]) => name),
    [],
  );
});

test('TypeScript accepts every example', () => {
  const codes = [...found].flatMap(([name, list]) => list.map((code) => [name, code]));
  assert.deepEqual(complaints(codes), []);
});

test('the numbers of samples made from vectors are floats, which writers and searches take', () => {
  const code = `
    const made = samples.fromVectors(vectors.length ? [[1], [2]] : [], ['a', 'b']);
    toCsv({ vectors: made.numbers, dim: 1 });
    await lab.nearest({ queries: made.row(0), references: made.numbers, dim: 1, k: 1, metric: 'euclidean' });`;
  assert.deepEqual(complaints([['floats', code]]), []);
});

test('an example that calls what is not there is told', () => {
  const [complaint, ...more] = complaints([['wrong', 'await lab.teach(3);']]);
  assert.match(complaint, /^wrong, line 1: Property 'teach' does not exist/);
  assert.deepEqual(more, []);
});
