// Writes pkg/THIRD-PARTY.txt: the crates that are compiled into the two modules, with the texts of their licences.
// With --check it compares instead.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TARGET = join(ROOT, 'pkg/THIRD-PARTY.txt');
const RULE = `\n${'-'.repeat(80)}\n\n`;
/** Crates whose packages on crates.io hold no text of their licence. More of them would mean that a file name is not known here. */
const MOST_WITHOUT_TEXT = 25;

const MANIFEST = ['--offline', '--manifest-path', join(ROOT, 'Cargo.toml')];
const cargo = (...given) =>
  execFileSync('cargo', [...given, ...MANIFEST], { maxBuffer: 1 << 28, encoding: 'utf8' });

/** What is linked into one of the modules: no build scripts, no tests, no macros that only run in the compiler. */
function linked() {
  const features = ['--no-default-features', '--features', 'cpu,gpu'];
  const platform = ['--filter-platform', 'wasm32-unknown-unknown'];
  const { packages } = JSON.parse(cargo('metadata', '--format-version', '1', ...features, ...platform));
  const found = new Set(
    ['cpu', 'gpu'].flatMap((feature) =>
      cargo(
        ...['tree', '--package', 'metriclab', '--no-default-features', '--features', feature, '--target'],
        ...[
          'wasm32-unknown-unknown',
          '--edges',
          'normal,no-proc-macro',
          '--prefix',
          'none',
          '--format',
          '{p}',
        ],
      )
        .split('\n')
        .map((line) => line.split(' ').slice(0, 2).join(' ')),
    ),
  );
  return packages
    .filter(({ name, version, source }) => source !== null && found.has(`${name} v${version}`))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

const trimmed = (text) =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/[ \t]+$/gm, '')
    .trim();

/** The texts that lie in a crate's folder. One of several licences is enough: MIT where there is a choice, as it is the shortest. */
function textsOf({ manifest_path: manifest }) {
  const folder = dirname(manifest);
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice|unlicense)/i.test(name));
  const mit = names.filter((name) => /mit/i.test(name));
  const notices = names.filter((name) => /^notice/i.test(name));
  const chosen = mit.length > 0 ? [...mit, ...notices] : names;
  return chosen.sort().flatMap((name) => {
    try {
      return [trimmed(readFileSync(join(folder, name), 'utf8'))];
    } catch {
      // A folder of that name.
      return [];
    }
  });
}

function written(crates) {
  const users = new Map();
  const without = [];
  for (const crate of crates) {
    const texts = textsOf(crate);
    if (texts.length === 0) without.push(crate);
    for (const text of texts) users.set(text, [...(users.get(text) ?? []), crate]);
  }
  const label = ({ name, version, license, authors }) =>
    `${name} ${version} (${license})${authors.length > 0 ? `, ${authors.join(', ')}` : ''}`;
  const short = ({ name, version }) => `${name} ${version}`;
  if (without.length > MOST_WITHOUT_TEXT)
    throw new Error(
      `${without.length} crates have no text of their licence: ${without.map(short).join(', ')}`,
    );
  return [
    `The modules wasm/metriclab_cpu_bg.wasm and wasm/metriclab_gpu_bg.wasm, and the files that hold them as text, contain code of these Rust crates and of the Rust standard library (MIT OR Apache-2.0, https://www.rust-lang.org). Crates under MPL-2.0 are used unchanged; their source is on https://crates.io. The parsers of metriclab/data have their notices in dist/vendor/LICENCES.txt.\n\n${crates.map(label).join('\n')}\n`,
    ...[...users].map(([text, list]) => `${list.map(short).join(', ')}:\n\n${text}\n`),
    `The packages of these crates hold no text of their licence; it is the one named in the list above:\n\n${without.map(label).join('\n')}\n`,
  ].join(RULE);
}

const text = written(linked());
if (!process.argv.includes('--check')) writeFileSync(TARGET, text);
else if (readFileSync(TARGET, 'utf8') !== text) {
  console.error('pkg/THIRD-PARTY.txt is stale: node pkg/notices/write.mjs');
  process.exit(1);
}
