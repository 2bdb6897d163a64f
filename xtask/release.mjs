// Makes a release from what `cargo xtask build --release` has built: the tarball, the parts list, the folder for a static host
// and the site in one file, under target/release-files. Without --publish nothing leaves the machine.
// `node xtask/release.mjs [--publish]`; npm's provenance needs the CI of GitHub or GitLab.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sbom } from './sbom.mjs';
import { POLICY } from './serve.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const OUT = join(ROOT, 'target/release-files');

/** Why nothing can be released; an empty list otherwise. */
export function obstacles({ version, changelog, changed, built }) {
  const found = [];
  if (!changelog.includes(`## ${version}`)) found.push(`CHANGELOG.md has no section "## ${version}"`);
  if (changed !== '') found.push('the working tree has changes that are not committed');
  for (const [what, there] of Object.entries(built)) if (!there) found.push(`${what} is not built`);
  return found;
}

/** What a host must send. The pages carry the same policy themselves. */
export const HEADERS = `/*
  Content-Security-Policy: ${POLICY}
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
/assets/*
  Cache-Control: public, max-age=31536000, immutable
/sw.js
  Cache-Control: no-cache
`;

const npm = (...args) => execFileSync('npm', args, { cwd: join(ROOT, 'pkg'), encoding: 'utf8' });

/** Writes tarball, parts list, site, and the site in one file; returns the names of what the tarball holds. */
export function make(out = OUT) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const [{ filename, files }] = JSON.parse(npm('pack', '--json', '--silent', '--pack-destination', out));
  writeFileSync(join(out, 'sbom.cdx.json'), `${JSON.stringify(sbom(), null, 1)}\n`);
  cpSync(join(ROOT, 'www/dist'), join(out, 'site'), { recursive: true });
  writeFileSync(join(out, 'site/_headers'), HEADERS);
  execFileSync('npm', ['run', '--silent', 'build:file', '--workspace=www'], { cwd: ROOT });
  copyFileSync(join(ROOT, 'target/one-file/metriclab.html'), join(out, 'metriclab.html'));
  return { tarball: join(out, filename), files: files.map(({ path }) => path) };
}

function main() {
  const publish = process.argv.includes('--publish');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'pkg/package.json'), 'utf8'));
  const built = {
    'the package': existsSync(join(ROOT, 'pkg/dist/element/element.js')),
    'the page': existsSync(join(ROOT, 'www/dist/sw.js')),
  };
  const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
  const changed = execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' });
  const found = obstacles({ version, changelog, changed, built });
  for (const one of found) console.error(one);
  if (found.length > 0 && publish) process.exit(1);
  const { tarball, files } = make();
  console.log(
    `${tarball}: ${files.length} files; target/release-files has the site, also in one file, and the parts list`,
  );
  if (publish) console.log(npm('publish', tarball, '--provenance', '--access', 'public'));
  else console.log('This was a dry run: --publish publishes.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
