// Next.js with Turbopack: one client component, and a figure with its pictures. METRICLAB_NEXT names a folder where next, react and react-dom are installed already.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { launch } from './browser.mjs';
import { environments } from './environments.mjs';
import { program, project } from './install.mjs';

process.env.NEXT_TELEMETRY_DISABLED = '1';
const VERSIONS = ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1'];
const FILES = {
  'app/layout.js': 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;\n',
  'app/page.js': "import Lab from './lab.js';\nexport default () => <Lab />;\n",
  'app/lab.js': `'use client';
import * as metriclab from 'ENTRY';
import { useEffect } from 'react';
export default function Lab() {
  useEffect(() => { globalThis.metriclab = metriclab; }, []);
  return <p>{metriclab.ERROR_CODES.length} codes</p>;
}
`,
  'app/figure/page.js': "import Figure from './figure.js';\nexport default () => <Figure />;\n",
  'app/figure/figure.js': `'use client';
import 'metriclab/element';
import 'metriclab/pictures';
export default () => <metric-lab view="which" />;
`,
  'app/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
  'next.config.mjs': 'export default { turbopack: { root: import.meta.dirname } };\n',
};

let installed = process.env.METRICLAB_NEXT;
before(async () => {
  if (installed) return;
  installed = await project('next');
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--silent'];
  await program('npm', ['install', ...quiet, ...VERSIONS], installed);
});

const made = new Map();
/** The project of an entry, built once. */
const builtFor = (entry) => made.get(entry) ?? made.set(entry, build(entry)).get(entry);

async function build(entry) {
  const files = { ...FILES, 'app/lab.js': FILES['app/lab.js'].replace('ENTRY', entry) };
  const folder = await project(`next-${entry.replace('/', '-')}`, files);
  await program('sh', ['-c', `cp -rl ${join(installed, 'node_modules')}/. node_modules/`], folder);
  await program('node', ['node_modules/next/dist/bin/next', 'build'], folder);
  return folder;
}

async function start(entry) {
  const folder = await builtFor(entry);
  const server = spawn('node', ['node_modules/next/dist/bin/next', 'start', '-p', '0'], { cwd: folder });
  let said = '';
  const address = await new Promise((resolve, reject) => {
    server.stdout.on('data', (text) => {
      said += text;
      const found = said.match(/http:\/\/localhost:\d+/);
      if (found && /Ready/.test(said)) resolve(`${found[0]}/`);
    });
    server.on('exit', () => reject(new Error(said)));
  });
  return { address, close: () => server.kill() };
}

const { environment, rows } = environments(import.meta.url);
for (const entry of ['metriclab', 'metriclab/inline'])
  environment({ name: 'Next.js 16 (Turbopack), a client component', entry, start: () => start(entry) });

test('a figure of metriclab/element shows the pictures of metriclab/pictures', async (t) => {
  const { address, close } = await start('metriclab');
  t.after(close);
  const browser = await launch({ webgpu: false });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  await page.goto(`${address}figure`);
  await page.locator('[data-testid="which"][data-done="true"]').waitFor({ timeout: 60_000 });
  assert.deepEqual(complaints, [], 'errors and warnings');
  rows.push({
    environment: 'Next.js 16 (Turbopack), a client component',
    entry: 'metriclab/element` with `metriclab/pictures',
    result: 'a figure shows its pictures',
    recipe: '',
  });
});
