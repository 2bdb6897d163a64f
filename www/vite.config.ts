import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { pageFont } from './font.ts';
import { SHELLS, sharedHead } from './shells.ts';
import { trusted } from './trusted.ts';

const here = dirname(fileURLToPath(import.meta.url));
export const packed = join(here, '../data/packed');
const PACKED_NAME = /^\/data\/([a-z0-9-]+\.mlds\.gz)$/;
/** Who needs what in Debian, and the words of the emoji: `data/interactions/packages.mjs` and `data/words/emoji.mjs` write them. */
export const FACTS = ['interactions/packages', 'words/emoji-words'].map((path) =>
  join(here, `../data/${path}.json.gz`),
);

/** The list that `data/pack.mjs` writes; empty before the first packing. */
export function packedIndex(): unknown {
  const path = join(packed, 'index.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
}

/** Serves the packed data sets next to the page, and copies them into a build. */
function packedData(): Plugin {
  return {
    name: 'packed-data',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const asked = (request.url ?? '').split('?')[0] ?? '';
        const name = PACKED_NAME.exec(asked)?.[1];
        const path =
          name === undefined ? FACTS.find((fact) => asked === `/data/${basename(fact)}`) : join(packed, name);
        if (path === undefined) {
          next();
          return;
        }
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
      for (const path of FACTS)
        this.emitFile({ type: 'asset', fileName: `data/${basename(path)}`, source: readFileSync(path) });
    },
  };
}

const textOf = (path: string): string => readFileSync(join(here, path), 'utf8').trim();

export const WORDS_NOTICE = textOf('../data/words/notice.txt');

/** The notices of packed data sets, from their headers. */
export function dataNotices(wanted: (name: string) => boolean = () => true): string[] {
  const names = existsSync(packed) ? readdirSync(packed).filter((name) => name.endsWith('.mlds.gz')) : [];
  return names
    .filter(wanted)
    .sort()
    .map((name) => {
      const bytes = gunzipSync(readFileSync(join(packed, name)));
      const text = bytes.toString('utf8', 12, 12 + bytes.readUInt32LE(8));
      const { title, licence, source, notice } = JSON.parse(text) as Record<string, string> & {
        title: { en: string };
      };
      return `${title.en}\nLicence: ${licence ?? ''}\nSource: ${source ?? ''}\n${notice ?? ''}`;
    });
}

/** Everything that is in the site and was made by others. */
export function allLicences(): string {
  const parts: [string, string][] = [
    ['metriclab: MIT or Apache-2.0, at your option', textOf('../LICENSE-MIT')],
    ['Data', [...dataNotices(), WORDS_NOTICE].join('\n\n')],
    [
      'The typeface of the page: Pretendard, SIL Open Font License 1.1',
      textOf('../node_modules/pretendard/dist/LICENSE.txt'),
    ],
    ['Svelte, MIT', textOf('../node_modules/svelte/LICENSE.md')],
    [
      'The pages of the reference: TypeDoc, Apache-2.0, and in its search lunr, MIT',
      [textOf('../node_modules/typedoc/LICENSE'), textOf('../node_modules/lunr/LICENSE')].join('\n\n'),
    ],
    ['Readers of files', textOf('../pkg/dist/vendor/LICENCES.txt')],
    ['Compiled into the modules', textOf('../pkg/THIRD-PARTY.txt')],
  ];
  const rule = '='.repeat(80);
  return parts.map(([title, text]) => `${rule}\n${title}\n${rule}\n\n${text}\n`).join('\n');
}

/** The text that must go with the site. */
function licences(): Plugin {
  const fileName = 'licences/all.txt';
  return {
    name: 'licences',
    configureServer(server) {
      server.middlewares.use(`/${fileName}`, (_, response) => {
        response.setHeader('Content-Type', 'text/plain; charset=utf-8');
        response.end(allLicences());
      });
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: allLicences() });
    },
  };
}

export default defineConfig({
  root: here,
  base: './',
  plugins: [sharedHead(), trusted(), svelte(), pageFont(), packedData(), licences()],
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
