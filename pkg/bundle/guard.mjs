// Runs before `npm pack` and `npm publish`: refuses to pack stand-ins, or scripts that hold another module than the one beside them.
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const SMALLEST = 500_000;
const WANTED = [
  'LICENSE-MIT',
  'LICENSE-APACHE',
  'CHANGELOG.md',
  'THIRD-PARTY.txt',
  'README.md',
  'dist/index.js',
];

const faults = [];
for (const path of WANTED)
  if (!(await stat(at(path)).catch(() => null)))
    faults.push(`${path} is missing: build the package, then the page`);
for (const kind of ['cpu', 'gpu']) {
  const module = await readFile(at(`wasm/metriclab_${kind}_bg.wasm`)).catch(() => Buffer.alloc(0));
  if (module.length < SMALLEST || module.subarray(0, 4).toString('latin1') !== '\0asm')
    faults.push(`wasm/metriclab_${kind}_bg.wasm has ${module.length} bytes and is no module`);
  const glue = await readFile(at(`wasm/metriclab_${kind}.js`), 'utf8').catch(() => '');
  if (!/export \{.*\binitSync\b/s.test(glue)) faults.push(`wasm/metriclab_${kind}.js is a stand-in`);
  const inline = await readFile(at(kind === 'cpu' ? 'dist/inline.js' : 'dist/inline-gpu.js'), 'utf8').catch(
    () => '',
  );
  if (!inline.includes(gzipSync(module, { level: 9 }).toString('base64')))
    faults.push(`dist holds another ${kind} module than wasm: build the package again`);
}
if (faults.length > 0) {
  console.error(`This package must not be packed:\n- ${faults.join('\n- ')}`);
  process.exit(1);
}
