// All pages in one file, which needs no server: `npm run build:file` writes `target/one-file/metriclab.html`.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { pageFont } from './font.ts';
import { allLicences, FACTS, packed, packedIndex } from './vite.config.ts';

const here = dirname(fileURLToPath(import.meta.url));
const ENGINE = join(here, 'file/metriclab.ts');
const SCRIPT = /import (\w+) from '([^']+)\?worker&url';/;
const WORKER = /new Worker\(trusted\((\w+)\), \{ type: 'module', name: ('[\w-]+') \}\)/g;

/** Pages get the file's own `metriclab`. */
function engine(): Plugin {
  return {
    name: 'engine',
    enforce: 'pre',
    resolveId: (id) => (id === 'metriclab' ? ENGINE : null),
  };
}

/** A Worker's script becomes text of the page's script: a file has no address for a second one. */
function workers(): Plugin {
  return {
    name: 'workers',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(join(here, 'src')) || !/\.(ts|svelte)$/.test(id) || !code.includes('new Worker('))
        return null;
      const changed = code
        .replace(SCRIPT, "import $1 from '$2?worker&inline';")
        .replaceAll(WORKER, 'new $1({ name: $2 })');
      if (/\bnew Worker\(|worker&url/.test(changed))
        this.error(`a Worker of ${id} is opened in a form that is not known here`);
      return changed;
    },
  };
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const textOf = (path: string): string => readFileSync(join(here, path), 'utf8');
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Bytes in base64. A script of another type than JavaScript's is not run. */
const block = (id: string, bytes: Buffer): string =>
  `<script type="text/plain" id="${id}">${bytes.toString('base64')}</script>`;

function pageOf(script: string, style: string): string {
  const sets = readdirSync(packed).filter((name) => name.endsWith('.mlds.gz'));
  const data = [...sets.map((name) => join(packed, name)), ...FACTS];
  const icon = `data:image/svg+xml;base64,${Buffer.from(textOf('public/icon.svg')).toString('base64')}`;
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)} 'wasm-unsafe-eval'`,
    'worker-src blob:',
    `style-src ${hashOf(style)}`,
    'font-src data:',
    'img-src data: blob:',
  ].join('; ');
  return `<!doctype html>
<html lang="en" data-root="./">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${icon}" type="image/svg+xml">
<title>metriclab</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<noscript>metriclab needs JavaScript. / metriclab은 자바스크립트가 필요합니다.</noscript>
<template id="licences"><pre>${escaped(allLicences())}</pre></template>
${data.map((path) => block(`data-${basename(path).split('.')[0] ?? ''}`, readFileSync(path))).join('\n')}
<script type="module">${script}</script>
</body>
</html>
`;
}

/** The script and the styles of the components become one page. */
function onePage(): Plugin {
  return {
    name: 'one-page',
    enforce: 'post',
    generateBundle: {
      // After Vite's own last changes of the script.
      order: 'post',
      handler(_, bundle) {
        const files = Object.entries(bundle);
        const scripts = files.flatMap(([, file]) => (file.type === 'chunk' ? [file.code] : []));
        const styles = files.flatMap(([name, file]) =>
          file.type === 'asset' && name.endsWith('.css') ? [String(file.source)] : [],
        );
        const [script] = scripts;
        if (script === undefined || scripts.length !== 1 || files.length !== 1 + styles.length)
          this.error(`more than scripts and styles: ${files.map(([name]) => name).join(', ')}`);
        for (const [name] of files) Reflect.deleteProperty(bundle, name);
        // In a script these two would end it, or begin a comment of HTML.
        const safe = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '\\x3C!--');
        this.emitFile({ type: 'asset', fileName: 'metriclab.html', source: pageOf(safe, styles.join('\n')) });
      },
    },
  };
}

export default defineConfig({
  root: here,
  base: './',
  publicDir: false,
  plugins: [engine(), workers(), svelte(), pageFont(), onePage()],
  define: { __DATASETS__: JSON.stringify(packedIndex()) },
  worker: { format: 'iife' },
  build: {
    target: 'es2023',
    cssTarget: ['chrome115', 'firefox114', 'safari16.4'],
    outDir: join(here, '../target/one-file'),
    emptyOutDir: true,
    cssCodeSplit: false,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    modulePreload: false,
    chunkSizeWarningLimit: 8_000,
    rolldownOptions: { input: join(here, 'file/main.ts'), output: { codeSplitting: false } },
  },
});
