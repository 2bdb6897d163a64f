// `metriclab/element`: the figures of the page as a custom element, made into the package's folder `dist/element`.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { trusted } from './trusted.ts';
import { dataNotices, FACTS, packed, WORDS_NOTICE } from './vite.config.ts';

const here = dirname(fileURLToPath(import.meta.url));
const ENGINE = join(here, 'src/element/engine.ts');
/** Of the libraries that the figures bring along. */
const LICENCES = ['svelte/LICENSE.md', 'clsx/license'];
const PLACE = '__ELEMENT_STYLES__';

/** Figures get the element's own `metriclab`, and that gets the package's, which stays outside so that bundlers find its Worker. */
function engine(): Plugin {
  return {
    name: 'engine',
    enforce: 'pre',
    resolveId(id, importer) {
      if (id !== 'metriclab') return null;
      return importer === ENGINE ? { id: '../index.js', external: true } : ENGINE;
    },
  };
}

/** The style of all figures becomes text of the script: a shadow root adopts it, which no security policy forbids. */
function styles(): Plugin {
  return {
    name: 'styles',
    enforce: 'post',
    generateBundle(_, bundle) {
      let [text, places] = ['', 0];
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type !== 'asset' || !name.endsWith('.css')) continue;
        text += String(file.source);
        Reflect.deleteProperty(bundle, name);
      }
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk' || !file.code.includes(PLACE)) continue;
        file.code = file.code.replaceAll(PLACE, () => JSON.stringify(text));
        places += 1;
      }
      if (text === '' || places !== 1) this.error(`${text.length} letters of style for ${places} places`);
      this.emitFile({
        type: 'asset',
        fileName: 'LICENCES.txt',
        source: LICENCES.map(
          (path) => `${path}\n\n${readFileSync(join(here, '../node_modules', path), 'utf8')}`,
        ).join(`\n${'-'.repeat(80)}\n\n`),
      });
      this.emitFile({
        type: 'asset',
        fileName: 'element.d.ts',
        source: readFileSync(join(here, '../pkg/src/element/element.d.ts'), 'utf8'),
      });
    },
  };
}

/** The files of `metriclab/pictures`, as its script names them, and whose pictures they are. */
function pictures(): Plugin {
  const folder = join(here, '../pkg/dist/pictures');
  return {
    name: 'pictures',
    closeBundle() {
      const script = readFileSync(join(here, '../pkg/src/pictures.ts'), 'utf8');
      const names = Array.from(script.matchAll(/'\.\/pictures\/([^']+)'/g), ([, name]) => name ?? '');
      mkdirSync(folder, { recursive: true });
      for (const name of names) {
        const from = FACTS.find((fact) => basename(fact) === name) ?? join(packed, name);
        if (existsSync(from)) copyFileSync(from, join(folder, name));
        else this.warn(`${name} is missing: run "cargo xtask data" first`);
      }
      const notices = [...dataNotices((name) => names.includes(name)), WORDS_NOTICE];
      writeFileSync(join(folder, 'NOTICES.txt'), `${notices.join('\n\n')}\n`);
    },
  };
}

export default defineConfig({
  root: here,
  publicDir: false,
  plugins: [engine(), trusted({ from: '../trusted.js', external: true }), svelte(), styles(), pictures()],
  define: { __DATASETS__: '[]' },
  build: {
    target: 'es2023',
    outDir: join(here, '../pkg/dist/element'),
    emptyOutDir: true,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: false,
    lib: { entry: join(here, 'src/element/element.ts'), formats: ['es'], fileName: () => 'element.js' },
    rolldownOptions: {
      output: { minify: true, chunkFileNames: ({ name }) => `${name.replace(/\W/g, '-')}.js` },
    },
  },
});
