// Makes a release from what `cargo xtask build --release` has built: the tarball, the parts list, the folder for a static host
// and the site in one file, under target/release-files. Without --publish nothing leaves the machine.
// `node xtask/release.mjs [--publish]`; npm's provenance needs the CI of GitHub or GitLab, and a repository in pkg/package.json.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sbom } from './sbom.mjs';
import { POLICY } from './serve.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const OUT = join(ROOT, 'target/release-files');

/** Why nothing can be released; an empty list otherwise. */
export function obstacles({ version, changelog, changed, built, repository, ci }) {
  const found = [];
  if (!repository)
    found.push(
      'pkg/package.json names no repository: npm publishes with provenance only from the one that it names',
    );
  if (!ci) found.push("this is no CI of GitHub or GitLab: npm's provenance needs their signature");
  if (!changelog.includes(`## ${version}`)) found.push(`CHANGELOG.md has no section "## ${version}"`);
  if (changed !== '') found.push('the working tree has changes that are not committed');
  for (const [what, there] of Object.entries(built)) if (!there) found.push(`${what} is not built`);
  return found;
}

/** Where the parts are compared with what is known of them, and what to do where a program is missing. */
const AUDITS = [
  { command: 'npm audit --omit=dev --fetch-retries=0' },
  // Svelte and the parsers of files are bundled, and so are no dependencies at run time.
  { command: 'npm audit --audit-level=high --fetch-retries=0' },
  { command: 'cargo deny check', missing: 'cargo-deny is missing: cargo install cargo-deny --locked' },
];

const start = (program, args) => spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' });

/** Which audits did not pass, each with its reason. */
export function audit(run = start) {
  return AUDITS.flatMap(({ command, missing }) => {
    const { status, error, stdout = '', stderr = '' } = run(...split(command));
    if (status === 0) return [];
    const text = `${stdout}\n${stderr}`.trim();
    const absent = error?.code === 'ENOENT' || /no such (sub)?command/.test(text);
    return [absent && missing ? missing : `"${command}" did not pass: ${error?.message ?? text}`];
  });
}

function split(command) {
  const [program, ...args] = command.split(' ');
  return [program, args];
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
  const { version, repository } = JSON.parse(readFileSync(join(ROOT, 'pkg/package.json'), 'utf8'));
  const ci = Boolean(process.env.GITHUB_ACTIONS ?? process.env.GITLAB_CI);
  const built = {
    'the package': existsSync(join(ROOT, 'pkg/dist/element/element.js')),
    'the page': existsSync(join(ROOT, 'www/dist/sw.js')),
  };
  const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
  const changed = execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' });
  for (const find of [() => obstacles({ version, changelog, changed, built, repository, ci }), audit]) {
    const found = find();
    for (const one of found) console.error(one);
    if (found.length > 0 && publish) process.exit(1);
  }
  const { tarball, files } = make();
  console.log(
    `${tarball}: ${files.length} files; target/release-files has the site, also in one file, and the parts list`,
  );
  if (publish) console.log(npm('publish', tarball, '--provenance', '--access', 'public'));
  else console.log('This was a dry run: --publish publishes.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
