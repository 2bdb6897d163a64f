import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { pageFont } from './font.ts';
import { SHELLS, sharedHead } from './shells.ts';

const here = dirname(fileURLToPath(import.meta.url));
const packed = join(here, '../data/packed');
const PACKED_NAME = /^\/data\/([a-z0-9-]+\.mlds\.gz)$/;

/** The list that `data/pack.mjs` writes; empty before the first packing. */
function packedIndex(): unknown {
  const path = join(packed, 'index.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
}

/** Serves the packed data sets next to the page, and copies them into a build. */
function packedData(): Plugin {
  return {
    name: 'packed-data',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = PACKED_NAME.exec((request.url ?? '').split('?')[0] ?? '')?.[1];
        if (name === undefined) {
          next();
          return;
        }
        const path = join(packed, name);
        if (!existsSync(path)) {
          response.statusCode = 404;
          response.end();
          return;
        }
        // No Content-Encoding: the page unpacks the file itself and counts the bytes as they come.
        response.setHeader('Content-Type', 'application/octet-stream');
        createReadStream(path).pipe(response);
      });
    },
    generateBundle() {
      const names = existsSync(packed)
        ? readdirSync(packed).filter((name) => PACKED_NAME.test(`/data/${name}`))
        : [];
      if (names.length === 0) this.warn(`no data set in ${packed}: run "cargo xtask data" first`);
      for (const name of names) {
        this.emitFile({ type: 'asset', fileName: `data/${name}`, source: readFileSync(join(packed, name)) });
      }
    },
  };
}

/** The licences that must go with the library of the map's projections: its own, and the GPL that this one adds to. */
function licences(): Plugin {
  const text = (): string =>
    [join(here, '../node_modules/@saehrimnir/druidjs/LICENCE'), join(here, 'licences/GPL-3.txt')]
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n\n');
  return {
    name: 'licences',
    configureServer(server) {
      server.middlewares.use('/licences/druidjs.txt', (_, response) => {
        response.setHeader('Content-Type', 'text/plain; charset=utf-8');
        response.end(text());
      });
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'licences/druidjs.txt', source: text() });
    },
  };
}

export default defineConfig({
  root: here,
  base: './',
  plugins: [sharedHead(), svelte(), pageFont(), packedData(), licences()],
  define: { __DATASETS__: JSON.stringify(packedIndex()) },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    cssTarget: ['chrome115', 'firefox114', 'safari16.4'],
    rolldownOptions: {
      input: SHELLS.map((folder) => join(here, folder, 'index.html')),
    },
    // Everything stays a file: the page's security policy has no data: or blob: for scripts and fetches.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});
