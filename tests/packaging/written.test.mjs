// docs/compatibility.md is what the tests of this folder found. METRICLAB_WRITE=1 writes it.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { ROWS } from './environments.mjs';
import { ROOT } from './install.mjs';

const FILES = ['bundlers.json', 'next.json', 'places.json'];
/** Scripts of this folder that are run by hand. */
const APART = ['jupyter'];
const TARGET = join(ROOT, 'docs/compatibility.md');
const HEAD = `# Where the package works

Written by the tests in \`tests/packaging\`: each row is opened in Chromium on every run of \`cargo xtask test\`, with the package as npm packs it. "Works" means: a network is trained and evaluated, and a gallery finds its entry. A code is that of the \`MetricLabError\` which the call rejects with; its sentence says what the last column says.

| environment | import | result | recipe |
|---|---|---|---|
`;

const rowsOf = async (path) => JSON.parse(await readFile(path, 'utf8'));

/** Rows of one environment and entry become one. */
function merged(rows) {
  const found = new Map();
  for (const { environment, entry, result, recipe } of rows) {
    const key = `${environment}\n${entry}`;
    const before = found.get(key);
    found.set(key, {
      environment,
      entry,
      result: before ? `${before.result} and ${result.replace('works, ', '')}` : result,
      recipe: recipe ?? '',
    });
  }
  return [...found.values()];
}

const rendered = (rows) =>
  merged(rows)
    .map(
      ({ environment, entry, result, recipe }) =>
        `| ${environment} | \`${entry}\` | ${result} | ${recipe} |\n`,
    )
    .join('');

test('docs/compatibility.md says what the tests found', async () => {
  // Each file removes its rows when it begins, and writes them when it ends.
  for (const name of FILES) assert.ok(existsSync(join(ROWS, name)), `${name}: its tests have failed`);
  const files = (await readdir(ROWS)).filter((name) => name.endsWith('.json')).sort();
  assert.deepEqual(files, FILES, 'the test files that have run before this one');
  const rows = [];
  for (const name of files) rows.push(...(await rowsOf(join(ROWS, name))));
  const apart = await Promise.all(APART.map((name) => rowsOf(new URL(`${name}.json`, import.meta.url)))).then(
    (all) => all.flat(),
  );
  const text = `${HEAD}${rendered(rows)}
## Tried apart
Its installation takes minutes, so it is no part of \`cargo xtask test\`: ${APART.map((name) => `\`node --test tests/packaging/${name}.mjs\``).join(', ')}.

| environment | import | result | recipe |
|---|---|---|---|
${rendered(apart)}`;
  if (process.env.METRICLAB_WRITE) await writeFile(TARGET, text);
  assert.equal(await readFile(TARGET, 'utf8'), text, 'METRICLAB_WRITE=1 writes it anew');
});
