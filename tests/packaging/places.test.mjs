// Where a page, a frame, a Worker or a file may be when it opens a lab.
import { copyFile, cp, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serve } from './browser.mjs';
import { environments } from './environments.mjs';
import { project, tool } from './install.mjs';
import { selfContained } from './training.mjs';

const HEAD = '<!doctype html><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">';
const MODULE = `${HEAD}<script type="module" src="./main.js"></script>`;
const using = (entry) => `import * as metriclab from '${entry}';\nglobalThis.metriclab = metriclab;\n`;
const policy = (extra) => ({
  'Content-Security-Policy': `default-src 'none'; connect-src 'self'; img-src data:; ${extra}`,
});
const SHARED = { 'Access-Control-Allow-Origin': '*' };
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const { environment } = environments(import.meta.url);

/** A folder that a server shares: the package, its single files, and a bundle of it as a CDN makes one. */
const library = project('library').then(async (root) => {
  const folder = join(root, 'public');
  await cp(join(root, 'node_modules/metriclab'), join(folder, 'metriclab'), { recursive: true });
  await mkdir(join(folder, 'assets'));
  for (const path of ['wasm/metriclab_cpu_bg.wasm', 'wasm/metriclab_gpu_bg.wasm', 'dist/metriclab-worker.js'])
    await copyFile(join(folder, 'metriclab', path), join(folder, 'assets', basename(path)));
  for (const outfile of ['npm/metriclab@0.2.0/esm.js', 'npm/one.js'])
    await (
      await tool('esbuild')
    ).build({
      entryPoints: [join(folder, 'metriclab/dist/index.js')],
      bundle: true,
      format: 'esm',
      outfile: join(folder, outfile),
    });
  return folder;
});

/** A page from `files`, with the library at `./lib` of the same origin. */
function page(name, files, headers = {}) {
  return async () => {
    const root = await project(name, Object.fromEntries(at('public', files)));
    await cp(await library, join(root, 'public/lib'), { recursive: true });
    return serve(join(root, 'public'), headers);
  };
}
const at = (folder, files) => Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]);

/** A page from `files(address)`, with the library at `address`, on another origin. */
function apart(name, files, headers = {}, shared = SHARED) {
  return async () => {
    const other = await serve(await library, shared);
    const root = await project(name, Object.fromEntries(at('public', files(other.address))));
    const own = await serve(join(root, 'public'), headers);
    return { address: own.address, close: () => (own.close(), other.close()) };
  };
}

const frame = async (page) => {
  await page.waitForFunction(() => frames.length === 1);
  return page.frames().find((candidate) => candidate !== page.mainFrame());
};
const INDEX = './lib/metriclab/dist/index.js';
const INLINE = './lib/metriclab/dist/inline.js';
const SLIM = './lib/metriclab/dist/slim.js';

environment({
  name: 'A module Worker of the page',
  entry: 'metriclab',
  start: page('worker', {
    'index.html': MODULE,
    'main.js': "new Worker('./work.js', { type: 'module' });",
    'work.js': using(INDEX),
  }),
  inside: async (page) => {
    const worker = page.workers()[0] ?? (await page.waitForEvent('worker'));
    return {
      waitForFunction: async () => {
        while (!(await worker.evaluate(() => Boolean(globalThis.metriclab))))
          await new Promise((resolve) => setTimeout(resolve, 100));
      },
      evaluate: (work, given) => worker.evaluate(work, given),
    };
  },
});
environment({
  name: 'A SharedWorker, which may open no Workers',
  entry: 'metriclab',
  start: page('shared-worker', {
    'index.html': MODULE,
    'main.js': `
      const worker = new SharedWorker('./work.js', { type: 'module' });
      worker.port.start();
      globalThis.metriclab = {};
      globalThis.ask = (given) => new Promise((resolve) => {
        worker.port.onmessage = ({ data }) => resolve(data);
        worker.port.postMessage(given);
      });`,
    'work.js': `${using(INDEX)}
      import { selfContained } from './training.js';
      globalThis.onconnect = ({ ports: [port] }) => {
        port.onmessage = async ({ data }) => port.postMessage(await selfContained(data));
      };`,
    'training.js': `export ${selfContained.toString()}`,
  }),
  inside: (page) => ({
    waitForFunction: (...given) => page.waitForFunction(...given),
    evaluate: (work, given) => page.evaluate((each) => globalThis.ask(each), given),
  }),
  recipe: 'The CPU module runs in the SharedWorker itself.',
});
environment({
  name: 'A frame from another origin',
  entry: 'metriclab',
  start: async () => {
    const inner = await page('frame', { 'index.html': MODULE, 'main.js': using(INDEX) })();
    const root = await project('frame-outer', {
      'public/index.html': `${HEAD}<iframe src="${inner.address.replace('localhost', '127.0.0.1')}"></iframe>`,
    });
    const outer = await serve(join(root, 'public'), {});
    return { address: outer.address, close: () => (inner.close(), outer.close()) };
  },
  inside: frame,
});
environment({
  name: 'A sandboxed frame (`allow-scripts`), the package served to all origins',
  entry: 'metriclab',
  start: page(
    'sandbox',
    {
      'index.html': `${HEAD}<iframe sandbox="allow-scripts" src="./inner.html"></iframe>`,
      'inner.html': MODULE,
      'main.js': using(INDEX),
    },
    SHARED,
  ),
  inside: frame,
  // Chromium says that the direct way is closed; the way through a blob follows.
  allowed: [/Failed to construct 'Worker'|origin 'null'/],
  recipe: 'Serve the package with `Access-Control-Allow-Origin: *`, or import `metriclab/inline`.',
});
environment({
  name: 'A cell of a notebook: a sandboxed frame of text (`srcdoc`)',
  entry: 'metriclab',
  start: apart('cell', (address) => ({
    'index.html': `${HEAD}<iframe sandbox="allow-scripts" srcdoc="<script type=module>
      import * as metriclab from '${address}metriclab/dist/index.js'; globalThis.metriclab = metriclab;</script>"></iframe>`,
  })),
  inside: frame,
  recipe: 'Import the folder from a server that shares it.',
});
environment({
  name: 'A page of `file://`, by a classic script',
  entry: 'metriclab/global',
  start: async () => {
    const root = await project('file', {
      'public/index.html': `${HEAD}<script src="./metriclab.global.js"></script>`,
    });
    await cp(await library, join(root, 'public/lib'), { recursive: true });
    await copyFile(
      join(root, 'public/lib/metriclab/dist/metriclab.global.js'),
      join(root, 'public/metriclab.global.js'),
    );
    return { address: pathToFileURL(join(root, 'public/index.html')).href };
  },
  recipe: 'One file beside the page: `<script src="metriclab.global.js">`.',
});
environment({
  name: 'A whole folder on a CDN',
  entry: 'metriclab',
  start: apart('cdn', (address) => ({
    'index.html': MODULE,
    'main.js': using(`${address}metriclab/dist/index.js`),
  })),
  allowed: [/cannot be accessed from origin|Failed to construct 'Worker'/],
});
environment({
  name: 'A whole folder on a CDN, from a page with COOP and COEP',
  entry: 'metriclab',
  start: apart(
    'cdn-isolated',
    (address) => ({ 'index.html': MODULE, 'main.js': using(`${address}metriclab/dist/index.js`) }),
    ISOLATED,
  ),
  allowed: [/cannot be accessed from origin|Failed to construct 'Worker'/],
});
environment({
  name: 'A page with COOP and COEP',
  entry: 'metriclab',
  start: page('isolated', { 'index.html': MODULE, 'main.js': using(INDEX) }, ISOLATED),
});
environment({
  name: 'A page with COOP and COEP',
  entry: 'metriclab/inline',
  start: page('isolated-inline', { 'index.html': MODULE, 'main.js': using(INLINE) }, ISOLATED),
});
for (const [file, slug] of [
  ['npm/metriclab@0.2.0/esm.js', 'cdn-esm'],
  ['npm/one.js', 'cdn-one'],
])
  environment({
    name: 'One file that a CDN made of the package',
    entry: `metriclab, as \`/${file}\``,
    refused: { code: 'worker.blocked', says: /metriclab\/inline/, noRequest: /worker\.js|\.wasm/ },
    start: apart(slug, (address) => ({ 'index.html': MODULE, 'main.js': using(`${address}${file}`) })),
    recipe: 'Import `metriclab/inline` from it.',
  });
environment({
  name: 'One file on a CDN',
  entry: 'metriclab/inline',
  start: apart('cdn-inline', (address) => ({
    'index.html': MODULE,
    'main.js': using(`${address}metriclab/dist/inline.js`),
  })),
});
for (const [name, make] of [
  ['blob:', "URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))"],
  ['data:', '`data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`'],
])
  environment({
    name: `A module from ${name}, as notebook widgets have it (anywidget)`,
    entry: 'metriclab/inline',
    start: page(`module-${name.slice(0, -1)}`, {
      'index.html': MODULE,
      'main.js': `
        const text = await (await fetch('${INLINE}')).text();
        globalThis.metriclab = await import(${make});`,
    }),
  });
environment({
  name: 'A module from blob:',
  entry: 'metriclab',
  refused: { code: 'worker.blocked', says: /metriclab\/inline/, noRequest: /worker\.js|\.wasm/ },
  start: page('module-blob-one', {
    'index.html': MODULE,
    'main.js': `
      const text = await (await fetch('./lib/npm/one.js')).text();
      globalThis.metriclab = await import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));`,
  }),
  recipe: 'Import `metriclab/inline`.',
});

const TRUSTED = "script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; ";
for (const [entry, path, workers] of [
  ['metriclab', INDEX, "worker-src 'self'"],
  ['metriclab/inline', INLINE, 'worker-src blob:'],
]) {
  environment({
    name: 'Trusted Types, `trusted-types metriclab`',
    entry,
    start: page(
      `trusted-${basename(path)}`,
      { 'index.html': MODULE, 'main.js': using(path) },
      policy(`${TRUSTED}trusted-types metriclab; ${workers}`),
    ),
  });
  environment({
    name: 'Trusted Types without the policy `metriclab`',
    entry,
    refused: { code: 'worker.blocked', says: /trusted-types metriclab/ },
    start: page(
      `untrusted-${basename(path)}`,
      { 'index.html': MODULE, 'main.js': using(path) },
      policy(`${TRUSTED}trusted-types other; ${workers}`),
    ),
    recipe: 'Add `trusted-types metriclab` to the policy.',
  });
}
for (const [name, duplicates, refused] of [
  ['Trusted Types, two copies of the package', " 'allow-duplicates'", undefined],
  [
    "Trusted Types, two copies of the package without `'allow-duplicates'`",
    '',
    { code: 'worker.blocked', says: /'allow-duplicates'/ },
  ],
])
  environment({
    name,
    entry: 'metriclab/inline',
    refused,
    start: page(
      `trusted-twice${duplicates.length}`,
      {
        'index.html': MODULE,
        'main.js': `import { createLab } from '${INDEX}';
          (await createLab({ device: 'cpu' })).dispose();
          ${using(INLINE).replaceAll('\n', '\n          ')}`,
      },
      policy(`${TRUSTED}trusted-types metriclab${duplicates}; worker-src 'self' blob:`),
    ),
    recipe: "`trusted-types metriclab 'allow-duplicates'`",
  });
environment({
  name: 'A policy without Workers, `worker: false`',
  entry: 'metriclab',
  options: { worker: false },
  start: page(
    'alone',
    { 'index.html': MODULE, 'main.js': using(INDEX) },
    policy("script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'"),
  ),
  recipe: '`createLab({ worker: false })`; the page waits while it computes.',
});
environment({
  name: 'Files in a folder of yours, `assets`',
  entry: 'metriclab',
  devices: ['cpu', 'gpu'],
  options: { assets: './lib/assets' },
  start: page('assets', { 'index.html': MODULE, 'main.js': using('./lib/npm/one.js') }),
});
for (const [name, made] of [
  ['an address', "'./lib/assets/metriclab_cpu_bg.wasm'"],
  ['a Response', "fetch('./lib/assets/metriclab_cpu_bg.wasm')"],
  ['bytes', "await (await fetch('./lib/assets/metriclab_cpu_bg.wasm')).arrayBuffer()"],
  ['a Module', "await WebAssembly.compileStreaming(fetch('./lib/assets/metriclab_cpu_bg.wasm'))"],
])
  environment({
    name: `Your own wasm: ${name}`,
    entry: 'metriclab/slim',
    options: 'given',
    start: page(`slim-${name.replaceAll(' ', '-')}`, {
      'index.html': MODULE,
      'main.js': `globalThis.given = async () => ({ wasm: ${made} });\n${using(SLIM)}`,
    }),
  });
environment({
  name: 'A Worker of yours, `worker`',
  entry: 'metriclab/slim',
  options: 'given',
  start: page('own-worker', {
    'index.html': MODULE,
    'main.js': `globalThis.given = () => ({
      worker: () => new Worker('./lib/assets/metriclab-worker.js'),
      wasm: './lib/assets/metriclab_cpu_bg.wasm',
    });\n${using(SLIM)}`,
  }),
});
environment({
  name: 'Both modules inline',
  entry: 'metriclab/inline/gpu',
  devices: ['gpu'],
  options: 'given',
  start: page('inline-gpu', {
    'index.html': MODULE,
    'main.js': `import { gpu } from './lib/metriclab/dist/inline-gpu.js';
      globalThis.given = () => ({ wasm: { gpu } });\n${using(INLINE)}`,
  }),
});
