// The release script, without publishing, and the list of parts. Takes half a minute: the site in one file is built.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { HEADERS, make, obstacles } from '../../xtask/release.mjs';
import { POLICY } from './browser.mjs';

const hasCargo = spawnSync('cargo', ['--version']).status === 0;

test('what stops a release is named', () => {
  const built = { 'the page': true };
  const fine = { version: '0.1.0', changelog: '# Changes\n\n## 0.1.0\n', changed: '', built };
  assert.deepEqual(obstacles(fine), []);
  const wrong = { ...fine, version: '0.2.0', changed: ' M README.md', built: { 'the page': false } };
  assert.deepEqual(obstacles(wrong), [
    'CHANGELOG.md has no section "## 0.2.0"',
    'the working tree has changes that are not committed',
    'the page is not built',
  ]);
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
      ['emoji', 'fashion', 'hangul', 'mnist'],
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
