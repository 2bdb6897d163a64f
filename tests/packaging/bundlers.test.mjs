// Each bundler makes a page of the installed package with no configuration, and the page trains in the browser.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { build, createServer } from 'vite';
import { serve } from './browser.mjs';
import { environments } from './environments.mjs';
import { esbuild, pack, project, rollup, tool } from './install.mjs';

const HEAD = '<!doctype html><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">';
const MODULE = `${HEAD}<script type="module" src="./main.js"></script>`;
const CLASSIC = `${HEAD}<script src="./main.js"></script>`;
const using = (entry) => `import * as metriclab from '${entry}';\nglobalThis.metriclab = metriclab;\n`;
const POLICY_OF_BLOBS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'; img-src data:",
};
const INLINE =
  'Import `metriclab/inline`; or copy `metriclab-worker.js` and `wasm/*.wasm` into a folder and give `assets`.';

const { environment } = environments(import.meta.url);

/** A project whose `main.js` imports an entry, built by `work(folder)` into its folder `public`. */
function built(name, entry, html, work) {
  let made;
  return async () => {
    made ??= project(name, { 'src/main.js': using(entry), 'public/index.html': html }).then(
      async (folder) => {
        await work(folder);
        return join(folder, 'public');
      },
    );
    return serve(await made, entry.endsWith('inline') ? POLICY_OF_BLOBS : undefined);
  };
}

const plain = project('plain', {
  'public/index.html': MODULE,
  'public/main.js': using('./metriclab/dist/index.js'),
}).then(async (folder) => {
  await cp(join(folder, 'node_modules/metriclab'), join(folder, 'public/metriclab'), { recursive: true });
  return join(folder, 'public');
});
environment({
  name: 'Plain modules from a folder',
  entry: 'metriclab',
  devices: ['cpu', 'gpu'],
  start: async () => serve(await plain),
});

const viteProject = (name) => project(name, { 'index.html': MODULE, 'main.js': using('metriclab') });
const viteOptions = (root) => ({ root, configFile: false, logLevel: 'error' });

async function viteDev(vite, name, options = {}) {
  const server = await vite.createServer({
    ...viteOptions(await viteProject(name)),
    ...options,
    server: { port: 0, host: 'localhost' },
  });
  await server.listen();
  return { address: server.resolvedUrls.local[0], close: () => server.close() };
}

const vite8 = viteProject('vite8').then(async (root) => {
  await build(viteOptions(root));
  return join(root, 'dist');
});
environment({
  name: 'Vite 8, built',
  entry: 'metriclab',
  devices: ['cpu', 'gpu'],
  start: async () => serve(await vite8),
});
environment({
  name: 'Vite 8, in development',
  entry: 'metriclab',
  start: () => viteDev({ createServer }, 'vite8-dev'),
});

environment({
  name: 'Vite 7, built',
  entry: 'metriclab',
  start: async () => {
    const root = await viteProject('vite7');
    await (await tool('vite7')).build(viteOptions(root));
    return serve(join(root, 'dist'));
  },
});
const VITE7 = "`optimizeDeps: { exclude: ['metriclab'] }`, or import `metriclab/inline`.";
environment({
  name: 'Vite 7, in development',
  entry: 'metriclab',
  refused: {
    code: 'worker.blocked',
    says: /Vite before 8.*metriclab\/inline/,
    noRequest: /worker\.js|\.wasm/,
  },
  start: async () => viteDev(await tool('vite7'), 'vite7-dev'),
  recipe: VITE7,
});
environment({
  name: 'Vite 7, in development, metriclab excluded from optimizeDeps',
  entry: 'metriclab',
  start: async () =>
    viteDev(await tool('vite7'), 'vite7-excluded', { optimizeDeps: { exclude: ['metriclab'] } }),
});

const described = (folder) => ({
  context: folder,
  entry: './src/main.js',
  output: { path: join(folder, 'public'), filename: 'main.js' },
});

environment({
  name: 'webpack 5',
  entry: 'metriclab',
  devices: ['cpu', 'gpu'],
  start: built('webpack', 'metriclab', CLASSIC, async (folder) =>
    pack((await tool('webpack')).default, described(folder)),
  ),
});
environment({
  name: 'Rspack 2',
  entry: 'metriclab',
  start: built('rspack', 'metriclab', CLASSIC, async (folder) =>
    pack((await tool('@rspack/core')).rspack, described(folder)),
  ),
});

for (const [name, slug, html, work] of [
  ['esbuild, a module', 'esbuild', MODULE, (folder) => esbuild(folder, 'main.js', 'esm')],
  ['esbuild, a classic script', 'esbuild-iife', CLASSIC, (folder) => esbuild(folder, 'main.js')],
  ['Rollup 4', 'rollup', MODULE, (folder) => rollup(folder, 'main.js')],
]) {
  environment({
    name,
    entry: 'metriclab',
    refused: { code: 'worker.blocked', says: /metriclab\/inline/, noRequest: /worker\.js|\.wasm/ },
    start: built(slug, 'metriclab', html, work),
    recipe: INLINE,
  });
  environment({
    name,
    entry: 'metriclab/inline',
    start: built(`${slug}-inline`, 'metriclab/inline', html, work),
  });
}
