// The parts of metriclab as CycloneDX 1.5: crates from Cargo.lock, npm packages from package-lock.json, data sets from
// their headers. `node xtask/sbom.mjs [file]`
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readPacked } from '../pkg/dist/node.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PACKED = join(ROOT, 'data/packed');
const licences = (text) => (text ? [{ expression: text }] : undefined);

/** Crates by way of cargo, which reads their manifests for the licences; nothing is built. */
export function crates() {
  // What goes into the modules: crates of other platforms are not on this machine.
  const features = ['--no-default-features', '--features', 'cpu,gpu'];
  const platform = ['--filter-platform', 'wasm32-unknown-unknown'];
  const manifest = ['--offline', '--locked', '--manifest-path', join(ROOT, 'Cargo.toml')];
  const args = ['metadata', '--format-version', '1', ...features, ...platform, ...manifest];
  const { packages } = JSON.parse(execFileSync('cargo', args, { maxBuffer: 1 << 28, encoding: 'utf8' }));
  return packages
    .filter(({ source }) => source !== null)
    .map(({ name, version, license, license_file: file }) => ({
      type: 'library',
      name,
      version,
      purl: `pkg:cargo/${name}@${version}`,
      // Some manifests still have the form of long ago.
      licenses: license
        ? licences(license.replaceAll('/', ' OR '))
        : file
          ? [{ license: { name: `in its file ${file}` } }]
          : undefined,
    }));
}

export function npmPackages() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([path, { link }]) => path.startsWith('node_modules/') && !link)
    .map(([path, { version, license, integrity, dev }]) => {
      const name = path.split('node_modules/').at(-1);
      const [kind, digest] = (integrity ?? '').split('-');
      const content = Buffer.from(digest ?? '', 'base64').toString('hex');
      return {
        type: 'library',
        name,
        version,
        purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
        scope: dev ? 'excluded' : 'required',
        licenses: licences(license),
        hashes: kind === 'sha512' ? [{ alg: 'SHA-512', content }] : undefined,
      };
    });
}

export function dataSets() {
  return readdirSync(PACKED)
    .filter((name) => name.endsWith('.mlds.gz'))
    .map((file) => {
      const { name, title, licence, source } = readPacked(gunzipSync(readFileSync(join(PACKED, file))));
      return {
        type: 'data',
        name,
        description: title.en,
        licenses: [{ license: { name: licence } }],
        properties: [{ name: 'source', value: source }],
      };
    });
}

export function sbom() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'pkg/package.json'), 'utf8'));
  const own = { type: 'application', name: 'metriclab', version, licenses: licences('MIT OR Apache-2.0') };
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: own },
    components: [...crates(), ...npmPackages(), ...dataSets()],
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = sbom();
  const file = process.argv[2] ?? join(ROOT, 'target/sbom.cdx.json');
  writeFileSync(file, `${JSON.stringify(found, null, 1)}\n`);
  console.log(`${found.components.length} parts in ${file}`);
}
