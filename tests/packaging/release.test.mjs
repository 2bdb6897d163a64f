// The release script, without publishing, and the list of parts. Takes half a minute: the site in one file is built.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { audit, HEADERS, make, obstacles } from '../../xtask/release.mjs';
import { POLICY } from './browser.mjs';

const hasCargo = spawnSync('cargo', ['--version']).status === 0;

test('what stops a release is named', () => {
  const built = { 'the page': true };
  const repository = { type: 'git', url: 'git+https://example.org/metriclab.git' };
  const changelog = '# Changes\n\n## 0.1.0\n';
  const fine = { version: '0.1.0', changelog, changed: '', built, repository, ci: true };
  assert.deepEqual(obstacles(fine), []);
  const wrong = { ...fine, version: '0.2.0', changed: ' M README.md', built: { 'the page': false } };
  assert.deepEqual(obstacles(wrong), [
    'CHANGELOG.md has no section "## 0.2.0"',
    'the working tree has changes that are not committed',
    'the page is not built',
  ]);
  const [unnamed, elsewhere] = obstacles({ ...fine, repository: undefined, ci: false });
  assert.match(unnamed, /package\.json names no repository.*provenance/);
  assert.match(elsewhere, /no CI.*provenance/);
});

test('a publication without a repository is refused, before anything is packed', async () => {
  const { repository } = JSON.parse(
    await readFile(new URL('../../pkg/package.json', import.meta.url), 'utf8'),
  );
  if (repository) return;
  const script = fileURLToPath(new URL('../../xtask/release.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--publish'], { encoding: 'utf8' });
  assert.equal(status, 1, stdout);
  assert.match(stderr, /names no repository/);
  assert.equal(stdout, '');
});

test('an audit that does not pass, or cannot be run, is told by its name', () => {
  assert.deepEqual(
    audit(() => ({ status: 0 })),
    [],
  );
  const asked = [];
  const found = audit((program, args) => {
    asked.push([program, ...args].join(' '));
    if (program === 'cargo') return { status: 101, stderr: 'error: no such command: `deny`' };
    return args.includes('--omit=dev') ? { status: 1, stdout: 'svelte 1.0: a hole' } : { status: 0 };
  });
  assert.deepEqual(found, [
    '"npm audit --omit=dev --fetch-retries=0" did not pass: svelte 1.0: a hole',
    'cargo-deny is missing: cargo install cargo-deny --locked',
  ]);
  assert.ok(asked.includes('cargo deny check'));
});

test('deny.toml allows the licence of each crate in the modules, and no more than it must of MPL', async () => {
  const text = await readFile(new URL('../../deny.toml', import.meta.url), 'utf8');
  const strings = (part) => Array.from(part.replace(/#.*$/gm, '').matchAll(/"([^"]+)"/g), ([, one]) => one);
  const [, list] = text.match(/\nallow = \[([^\]]*)\]/);
  const allowed = strings(list);
  const excepted = Array.from(text.matchAll(/\{ crate = "([^"]+)", allow = \["([^"]+)"\] \}/g));
  const notices = await readFile(new URL('../../pkg/THIRD-PARTY.txt', import.meta.url), 'utf8');
  const crates = Array.from(notices.split(/\n-{80}\n/)[0].matchAll(/^([\w-]+) [\d.]+\S* \((.*?)\)(?:,|$)/gm));
  assert.ok(crates.length > 100, `${crates.length} crates`);
  const fits = (name, licence) =>
    allowed.includes(licence) || excepted.some(([, crate, other]) => crate === name && other === licence);
  // (A OR B) AND C: of each part one is allowed.
  const refused = crates.filter(
    ([, name, licences]) =>
      !licences
        .split(' AND ')
        .every((part) => part.split(/ OR | ?\/ ?/).some((one) => fits(name, one.replace(/[()]/g, '')))),
  );
  assert.deepEqual(
    refused.map(([line]) => line),
    [],
  );
  assert.ok(!allowed.includes('MPL-2.0') && excepted.every(([, , licence]) => licence === 'MPL-2.0'));
});

test(
  'a dry run makes tarball, site, the site in one file and parts list',
  { skip: !hasCargo && 'there is no cargo', timeout: 300_000 },
  async (t) => {
    const out = await mkdtemp(join(tmpdir(), 'metriclab-release-'));
    t.after(() => rm(out, { recursive: true }));
    const { files } = make(out);
    assert.ok(files.includes('LICENSE-MIT') && files.includes('dist/index.js'));
    assert.match(await readFile(join(out, 'site/sw.js'), 'utf8'), /const VERSION = '[0-9a-f]{16}'/);
    const licences = await readFile(join(out, 'site/licences/all.txt'), 'utf8');
    for (const part of [
      /Pretendard/,
      /Svelte, MIT/,
      /papaparse/i,
      /\bburn\b/,
      /MNIST/,
      /SIL OPEN FONT LICENSE/i,
    ])
      assert.match(licences, part, 'the site shows the licences of data, fonts and code');
    assert.equal(await readFile(join(out, 'site/_headers'), 'utf8'), HEADERS);
    for (const rule of POLICY.split('; ').filter((rule) => !/^(img|default)/.test(rule)))
      assert.ok(HEADERS.includes(rule), `the host sends ${rule}`);
    const one = await readFile(join(out, 'metriclab.html'), 'utf8');
    assert.match(one, /<script type="text\/plain" id="data-mnist">/, 'the file holds its data');
    const { components, bomFormat } = JSON.parse(await readFile(join(out, 'sbom.cdx.json'), 'utf8'));
    assert.equal(bomFormat, 'CycloneDX');
    for (const purl of [
      /^pkg:cargo\/burn@/,
      /^pkg:cargo\/safetensors@/,
      /^pkg:npm\/svelte@/,
      /^pkg:npm\/papaparse@/,
    ])
      assert.ok(
        components.some((part) => purl.test(part.purl)),
        `${purl} is listed`,
      );
    assert.deepEqual(
      components
        .filter(({ type }) => type === 'data')
        .map(({ name }) => name)
        .sort(),
      ['emoji', 'faces', 'fashion', 'hangul', 'mnist'],
    );
    const nameless = components.filter(({ licenses }) => !licenses).map(({ purl }) => purl);
    assert.deepEqual(nameless, [], 'parts without a licence');
    const refused = components.filter(({ licenses }) =>
      /(^|[^L])A?GPL|SSPL|BUSL/.test(JSON.stringify(licenses)),
    );
    assert.deepEqual(
      refused.map(({ purl }) => purl),
      [],
      'licences that do not fit',
    );
  },
);
