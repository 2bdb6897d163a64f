// Makes one file of each entry point that must work by itself: `metriclab/worker`, `metriclab/inline` and `metriclab/slim`.
// The modules go into the inline ones as base64 of gzip.
import { copyFile, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const dist = (path = '') => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
const wasm = async (kind) => {
  const bytes = await readFile(new URL(`../wasm/metriclab_${kind}_bg.wasm`, import.meta.url));
  return gzipSync(bytes, { level: 9 }).toString('base64');
};

/** `./embedded.js` with the texts that it stands for. */
const embedded = (texts) => ({
  name: 'embedded',
  enforce: 'pre',
  resolveId: (id) => (id.endsWith('/embedded.js') ? '\0embedded' : null),
  load: (id) =>
    id === '\0embedded'
      ? Object.entries(texts)
          .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`)
          .join('\n')
      : null,
});

async function bundle(entry, file, format, texts = {}) {
  await build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    logLevel: 'warn',
    plugins: [embedded(texts)],
    build: {
      outDir: dist(),
      emptyOutDir: false,
      minify: true,
      target: 'es2022',
      lib: { entry: dist(entry), formats: [format], name: 'metriclab', fileName: () => file },
      rolldownOptions: { output: { minify: true, codeSplitting: false } },
    },
  });
}

await bundle('engine/any-worker.js', 'metriclab-worker.js', 'iife');
const WORKER_TEXT = await readFile(dist('metriclab-worker.js'), 'utf8');
const CPU_MODULE = await wasm('cpu');
await bundle('inline.js', 'inline.js', 'es', { WORKER_TEXT, CPU_MODULE });
await bundle('inline.js', 'metriclab.global.js', 'iife', {});
await bundle('slim.js', 'slim.js', 'es', { WORKER_TEXT });
await bundle('inline-gpu.js', 'inline-gpu.js', 'es', { GPU_MODULE: await wasm('gpu') });
await copyFile(new URL('../src/raw.d.ts', import.meta.url), dist('raw.d.ts'));
await rm(dist('engine/any-worker.js'));
// npm packs these from the package's own folder.
for (const name of ['LICENSE-MIT', 'LICENSE-APACHE', 'CHANGELOG.md'])
  await copyFile(new URL(`../../${name}`, import.meta.url), new URL(`../${name}`, import.meta.url));
