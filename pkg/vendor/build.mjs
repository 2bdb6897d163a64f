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

/**
 * flechette and hyparquet use some lengths without checking them: a damaged file takes all memory or time. Each replacement must apply,
 * so that another version cannot lose one unnoticed.
 */
const HARDENED = {
  'flechette/src/util/read.js': [
    [
      '  const size = readInt16(buf, vtable);',
      "  if (!(pos >= 0 && pos < buf.length && vtable >= 0 && vtable < buf.length)) throw new Error('a table is not within it');\n  const size = readInt16(buf, vtable);",
    ],
    [
      '  // read vector size, extract entries\n',
      "  if (!(base >= 0 && readInt32(buf, base) >= 0 && base + 4 + readInt32(buf, base) * stride <= buf.length)) throw new Error('a list is not within it');\n",
    ],
  ],
  'flechette/src/decode/table-from-ipc.js': [
    [
      'function visit(type, ctx) {\n',
      `function visit(type, ctx) {
  const batch = visitUnchecked(type, ctx);
  const { length, offsets, values } = batch;
  const room = offsets ? offsets.length - 1 : type.typeId === Type.Bool ? 8 * values.length : values ? values.length : 1 << 27;
  if (!(length >= 0 && (length === 0 || length <= room))) throw new Error('a column reaches beyond its buffers');
  return batch;
}

function visitUnchecked(type, ctx) {\n`,
    ],
  ],
  'hyparquet/src/encoding.js': [
    ['  while (count) {', '  while (count > 0 && seen < output.length) {'],
    [
      'const count = header >>> 1\n      readRle',
      'const count = Math.min(header >>> 1, output.length - seen)\n      readRle',
    ],
  ],
  'flechette/src/decode/message.js': [
    [
      '  if (metadataLength === 0) return null;',
      "  if (metadataLength === 0) return null;\n  if (!(metadataLength > 0)) throw new Error('a message has fewer than 0 bytes');",
    ],
  ],
};

const hardening = {
  name: 'hardening',
  transform(code, id) {
    const file = Object.keys(HARDENED).find((path) => id.endsWith(path));
    if (!file) return null;
    return HARDENED[file].reduce((text, [found, replacement]) => {
      if (text.split(found).length !== 2)
        throw new Error(`${file} has changed: look at HARDENED in pkg/vendor/build.mjs`);
      return text.replace(found, () => replacement);
    }, code);
  },
};

await build({
  plugins: [hardening],
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
