import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { blocks, read } from '../documents/read.mjs';
import { ROOT, program, project, tarball, tool } from './install.mjs';

const hasCargo = spawnSync('cargo', ['--version']).status === 0;

let folder;
let installed;
before(async () => {
  folder = await project('tarball');
  installed = join(folder, 'node_modules/metriclab');
});

test('the tarball has what a user needs and nothing else', async () => {
  const paths = (await tarball()).files.map(({ path }) => path);
  for (const path of [
    'README.md',
    'CHANGELOG.md',
    'LICENSE-MIT',
    'LICENSE-APACHE',
    'THIRD-PARTY.txt',
    'package.json',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/engine/cpu-worker.js',
    'dist/engine/gpu-worker.js',
    'dist/engine/node-worker.js',
    'dist/metriclab-worker.js',
    'dist/metriclab.global.js',
    'dist/inline.js',
    'dist/inline-gpu.js',
    'dist/slim.js',
    'dist/node.js',
    'dist/element/element.js',
    'dist/element/element.d.ts',
    'dist/element/LICENCES.txt',
    'dist/pictures.js',
    'dist/pictures.d.ts',
    'dist/pictures/hangul.mlds.gz',
    'dist/pictures/NOTICES.txt',
    'dist/raw.d.ts',
    'dist/data/index.js',
    'dist/data/index.d.ts',
    'dist/vendor/LICENCES.txt',
    'wasm/metriclab_cpu.js',
    'wasm/metriclab_cpu_bg.wasm',
    'wasm/metriclab_gpu.js',
    'wasm/metriclab_gpu_bg.wasm',
  ]) {
    assert.ok(paths.includes(path), `${path} is in the tarball`);
  }
  const strangers = paths.filter(
    (path) =>
      !/^(dist|wasm)\/([\w-]+\/)?[\w-]+\.(js|global\.js|d\.ts|wasm)$|^dist\/(vendor|element)\/LICENCES\.txt$|^dist\/pictures\/([\w-]+\.(mlds|json)\.gz|NOTICES\.txt)$|^(README\.md|CHANGELOG\.md|THIRD-PARTY\.txt|package\.json|LICENSE-(MIT|APACHE))$/.test(
        path,
      ),
  );
  assert.deepEqual(strangers, [], 'other files');
});

test('a stand-in for a module is not packed', async () => {
  const copy = join(folder, 'stand-in');
  await cp(join(ROOT, 'pkg'), copy, {
    recursive: true,
    filter: (path) => !/[\\/](node_modules|src|tests)([\\/]|$)/.test(path),
  });
  await writeFile(join(copy, 'wasm/metriclab_gpu_bg.wasm'), '');
  await assert.rejects(program('npm', ['pack', '--pack-destination', folder], copy), (error) => {
    assert.match(error.message, /metriclab_gpu_bg\.wasm has 0 bytes/, 'the stand-in');
    assert.match(error.message, /dist holds another gpu module/, 'what was built before');
    assert.doesNotMatch(error.message, /cpu module|_cpu/, 'the other one is in order');
    return true;
  });
});

test('the notices name what is compiled in', { skip: !hasCargo && 'there is no cargo' }, async () => {
  await program('node', [join(ROOT, 'pkg/notices/write.mjs'), '--check'], ROOT);
});

test('publint and arethetypeswrong have nothing to say', async () => {
  const { file } = await tarball();
  const { publint } = await tool('publint');
  const { messages } = await publint({ pkgDir: installed, level: 'suggestion', strict: true });
  assert.deepEqual(messages, [], 'publint');
  const { checkPackage, createPackageFromTarballData } = await tool('@arethetypeswrong/core');
  const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(file))));
  // `require` of a module works in Node from 20.19 on, which is what the package asks for.
  const strange = checked.problems.filter(
    ({ kind, resolutionKind, entrypoint }) =>
      // A wasm file has no types.
      !entrypoint?.endsWith('.wasm') &&
      !(kind === 'CJSResolvesToESM' && resolutionKind === 'node16-cjs') &&
      !(resolutionKind === 'node10' && entrypoint !== '.'),
  );
  assert.deepEqual(strange, [], 'arethetypeswrong');
});

test('the package has no dependencies', async () => {
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
  assert.equal(manifest.dependencies, undefined, 'runtime dependencies');
});

test('no script evaluates text', async () => {
  for (const { path } of (await tarball()).files.filter(({ path }) => path.endsWith('.js'))) {
    const text = await readFile(join(installed, path), 'utf8');
    assert.doesNotMatch(text, /\beval\(|new Function\(/, `${path} needs 'unsafe-eval'`);
  }
});

test('in Node, the installed package trains, and its readers work', async () => {
  const script = `
    import { createLab, decompress, readPacked } from 'metriclab';
    import { readFile } from 'node:fs/promises';
    const bytes = await decompress(await readFile('public/synthetic.mlds.gz'));
    const lab = await createLab();
    await lab.loadDataset(bytes);
    const defaults = await lab.defaults();
    await lab.configure({ ...defaults, network: { kind: 'mlp', hidden: [8] }, batch: { classes: 3, perClass: 4 } });
    console.log(lab.device.kind, (await lab.advance(5)).step, readPacked(bytes).count);`;
  const said = await program('node', ['--input-type=module', '--eval', script], folder);
  assert.equal(said, 'cpu 5 240\n', 'output');
});

test('in Node, metriclab/pictures is a data set in one line', async () => {
  const script = `
    import { createLab, fetchPacked } from 'metriclab';
    import { pictures } from 'metriclab/pictures';
    const lab = await createLab();
    const { count, classes } = await lab.loadDataset(await fetchPacked(pictures.mnist));
    const missing = await fetchPacked(pictures.mnist.replace('mnist', 'none')).catch((error) => error);
    console.log(count, classes.length, missing.code);`;
  const said = await program('node', ['--input-type=module', '--eval', script], folder);
  assert.equal(said, '10000 10 data.unreachable\n', 'output');
});

/** The scripts of the browser's entry points, also where Node gets another one. */
const ENTRIES = ['index', 'inline', 'inline-gpu', 'slim', 'pictures', 'data/index', 'element/element'];

test('a server may import what browsers get: nothing happens', async () => {
  const script = `
    const before = new Set(Reflect.ownKeys(globalThis));
    for (const name of ${JSON.stringify(ENTRIES)})
      await import('./node_modules/metriclab/dist/' + name + '.js');
    const left = Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String);
    const { getActiveResourcesInfo: active } = process;
    console.log(JSON.stringify([left, active().filter((one) => /Timeout|Worker|Port|TCP|Immediate/.test(one))]));`;
  const said = await program('node', ['--input-type=module', '--eval', script], folder);
  // metriclab/pictures tells the element where its files are: that is what its import is for.
  assert.deepEqual(
    JSON.parse(said),
    [['Symbol(metriclab.pictures)'], []],
    'globals and what keeps Node alive',
  );
});

test('no script waits at its top level', async () => {
  const { parseAst } = await import('vite');
  for (const { path } of (await tarball()).files.filter(({ path }) => path.endsWith('.js'))) {
    const found = [];
    const search = (node) => {
      if (!node || typeof node !== 'object') return;
      if (Array.isArray(node)) return node.forEach(search);
      if (/Function/.test(node.type ?? '')) return;
      if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)) found.push(node);
      Object.values(node).forEach(search);
    };
    search(parseAst(await readFile(join(installed, path), 'utf8')).body);
    assert.equal(found.length, 0, `${path} waits for something when it is imported`);
  }
});

for (const [from, name, has, hasNot] of [
  ['metriclab', 'readPacked', /MLDS/, /new Worker|WebAssembly|createPolicy|posMargin/],
  ['metriclab', 'CATALOGUE', /posMargin/, /new Worker|WebAssembly|createPolicy|MLDS/],
  ['metriclab/data', 'toCsv', /\\r\\n/, /parquet|arrow|MLDS|DecompressionStream/i],
  ['metriclab/pictures', 'none', /metriclab\.pictures/, /new Worker/],
])
  test(`a bundle of ${name} from ${from} leaves out the rest`, async () => {
    const { build } = await tool('esbuild');
    const contents =
      name === 'none' ? `import '${from}';` : `import { ${name} } from '${from}'; console.log(${name});`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: folder },
      bundle: true,
      format: 'esm',
      write: false,
      minify: true,
      logLevel: 'error',
    });
    const [{ text }] = outputFiles;
    assert.match(text, has);
    assert.doesNotMatch(text, hasNot, `${text.length} letters`);
  });

test('a bare import of an entry brings nothing, unless it is there to do something', async () => {
  const { build } = await tool('esbuild');
  for (const [entry, isEmpty] of [
    ['metriclab', true],
    ['metriclab/slim', true],
    ['metriclab/inline', true],
    ['metriclab/data', true],
    ['metriclab/element', false],
    ['metriclab/pictures', false],
  ]) {
    const { outputFiles } = await build({
      stdin: { contents: `import '${entry}';`, resolveDir: folder },
      bundle: true,
      format: 'esm',
      write: false,
      logLevel: 'silent',
      external: ['node:*'],
    });
    assert.equal(outputFiles[0].text.trim() === '', isEmpty, entry);
  }
});

const USER = `
import { configure, MetricLabElement, type MetricLabEvents } from 'metriclab/element';
import { createLab as inlined } from 'metriclab/inline';
import { gpu } from 'metriclab/inline/gpu';
import { createLab as slim } from 'metriclab/slim';
import { pictures } from 'metriclab/pictures';
import init, { Engine } from 'metriclab/wasm/metriclab_cpu.js';
import { createLab, MetricLabError, readPacked, ROLE_UNSEEN, type ErrorCode, type Lab, type SessionConfig } from 'metriclab';
export async function entries(wasm: Response): Promise<number> {
  configure({ assets: './lab/' });
  const figure: MetricLabElement = document.createElement('metric-lab');
  const step = ({ detail }: MetricLabEvents['step']): void => console.log(detail.step, pictures.mnist.length);
  figure.addEventListener('step', step);
  figure.removeEventListener('step', step);
  // @ts-expect-error a Worker that is none
  await slim({ worker: 5 });
  const labs = [await inlined({ wasm: { gpu } }), await slim({ wasm, worker: () => new Worker('./w.js') })];
  await init({ module_or_path: wasm });
  const engine = await Engine.create();
  return labs.length + (await engine.advance(1)).step;
}
export async function use(bytes: ArrayBuffer): Promise<number> {
  const lab: Lab = await createLab({ device: 'auto' });
  const config: SessionConfig = { ...(await lab.defaults()), loss: { kind: 'triplet', margin: 0.2, swap: false, smooth: false } };
  const { roles } = await lab.configure(config);
  await lab.loadDataset(new Blob([bytes]), { signal: AbortSignal.timeout(1000) });
  // @ts-expect-error an option that does not exist
  await lab.advance(1, { onprogress: () => 1 });
  const code: ErrorCode | null = await lab.advance(1, { onProgress: ({ done, total }) => console.log(done / total) }).then(() => null, (e: unknown) => (e instanceof MetricLabError ? e.code : null));
  // @ts-expect-error a code that does not exist
  if (code === 'worker.crashd') return 0;
  // @ts-expect-error a distance that does not exist
  const wrong: SessionConfig = { ...config, distance: 'taxicab' };
  const lp: SessionConfig = { ...config, distance: { minkowski: { p: 3 } }, loss: { kind: 'cosface', margin: 0.35, scale: 64 } };
  // @ts-expect-error a setting that this loss does not have
  const other: SessionConfig = { ...lp, loss: { kind: 'nPairs', margin: 0.1 } };
  return roles.filter((role) => role === ROLE_UNSEEN).length + readPacked(bytes).count + (code === null ? 0 : 1) + wrong.seed + other.seed;
}
`;
for (const resolution of [
  { module: 'ESNext', moduleResolution: 'Bundler' },
  { module: 'NodeNext', moduleResolution: 'NodeNext' },
]) {
  test(`the types hold for a strict user, ${resolution.moduleResolution}`, async () => {
    const user = await project(`types-${resolution.module}`, {
      'use.ts': USER,
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          ...resolution,
          target: 'ES2022',
          lib: ['ES2022', 'DOM'],
          strict: true,
          noEmit: true,
          skipLibCheck: false,
          exactOptionalPropertyTypes: true,
          types: [],
        },
        files: ['use.ts'],
      }),
    });
    await program(join(ROOT, 'node_modules/.bin/tsc'), ['--project', user], user);
  });
}

/** Components that a stranger writes with the package's README beside them. */
const COMPONENTS = {
  'Page.tsx': `
import 'metriclab/element';
import 'metriclab/pictures';
import type { MetricLabElement } from 'metriclab/element';
import { useRef, useState, type ComponentProps } from 'react';
export const Figure = (props: ComponentProps<'metric-lab'>) => <metric-lab {...props} />;
export function Page({ margin }: { readonly margin?: number }) {
  const element = useRef<MetricLabElement>(null);
  const [step, setStep] = useState(0);
  return (
    <main>
      <metric-lab ref={element} view="map" margin={margin} loss="triplet" className="wide" lang="ko"
        onready={({ detail }) => console.log(detail.view)} onstep={({ detail }) => setStep(detail.step)} />
      <Figure view="cut" kept={8} nested={step > 9} onfault={({ detail }) => console.log(detail.code)} />
    </main>
  );
}
// @ts-expect-error an attribute that no figure has
export const other = <metric-lab vieww="triplet" />;
// @ts-expect-error a view is a name
export const number = <metric-lab view={5} />;
// @ts-expect-error an event of one figure is not that of another
export const event = <metric-lab onpick={({ detail }) => console.log(detail.step)} />;
`,
  'Page.svelte': `
<script lang="ts">
  import 'metriclab/element';
  import type { MetricLabElement, MetricLabEvents } from 'metriclab/element';
  const { margin }: { readonly margin?: number } = $props();
  let element = $state<MetricLabElement>();
  const onstep = ({ detail }: MetricLabEvents['step']) => console.log(detail.step, element?.view);
</script>
<metric-lab bind:this={element} view="triplet" {margin} lang="ko" {onstep}></metric-lab>
`,
};

test("a stranger's components in React and Svelte compile, with what README.md says", async () => {
  await tool('react');
  const [declaration, ...more] = blocks(await read('pkg/README.md'), 'ts');
  assert.equal(more.length, 0, 'blocks of TypeScript in pkg/README.md');
  const user = await project('types-components', {
    ...COMPONENTS,
    'metric-lab.ts': declaration,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        module: 'ESNext',
        moduleResolution: 'Bundler',
        target: 'ES2022',
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        jsx: 'react-jsx',
        strict: true,
        noEmit: true,
        exactOptionalPropertyTypes: true,
        types: [],
      },
      include: ['*.ts', '*.tsx', '*.svelte'],
    }),
  });
  for (const name of ['@types', 'csstype'])
    await program('cp', ['-rl', join(ROOT, 'tests/packaging/node_modules', name), 'node_modules/'], user);
  await program(join(ROOT, 'node_modules/.bin/tsc'), ['--project', user], user);
  const check = ['--tsconfig', join(user, 'tsconfig.json'), '--output', 'human', '--fail-on-warnings'];
  await program(join(ROOT, 'node_modules/.bin/svelte-check'), check, user);
});
