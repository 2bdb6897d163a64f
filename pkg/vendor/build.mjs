// Bundles the parsers that `metriclab/data` loads on demand into dist/vendor, with their licences, so that the package
// has no dependencies and works without a bundler.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const ENTRIES = ['papaparse', 'hyparquet', 'codecs', 'hyparquet-writer', 'flechette'];
const LICENCES = [
  'papaparse',
  'hyparquet',
  'hyparquet-compressors',
  'fzstd',
  'hyparquet-writer',
  '@uwdata/flechette',
];

await build({
  root: here('.'),
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir: here('../dist/vendor'),
    emptyOutDir: true,
    minify: true,
    target: 'es2022',
    lib: { entry: Object.fromEntries(ENTRIES.map((name) => [name, here(`${name}.js`)])), formats: ['es'] },
    rolldownOptions: { output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', minify: true } },
  },
});

const texts = await Promise.all(
  LICENCES.map(async (name) => {
    const folder = here(`../../node_modules/${name}/`);
    const { version, license } = JSON.parse(await readFile(`${folder}package.json`, 'utf8'));
    return `${name} ${version} (${license})\n\n${await readFile(`${folder}LICENSE`, 'utf8')}`;
  }),
);
await writeFile(here('../dist/vendor/LICENCES.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
