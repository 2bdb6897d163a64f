// Next.js with Turbopack: one client component. Its installation takes two minutes, so this is no part of `cargo xtask test`.
// METRICLAB_NEXT names a folder where next, react and react-dom are installed already.
import { writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after } from 'node:test';
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
  'app/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
  'next.config.mjs': 'export default { turbopack: { root: import.meta.dirname } };\n',
};

async function start(entry) {
  const files = { ...FILES, 'app/lab.js': FILES['app/lab.js'].replace('ENTRY', entry) };
  const folder = await project(`next-${entry.replace('/', '-')}`, files);
  const installed = process.env.METRICLAB_NEXT;
  if (installed)
    await program('sh', ['-c', `cp -rl ${join(installed, 'node_modules')}/. node_modules/`], folder);
  else
    await program(
      'npm',
      ['install', '--no-save', '--no-audit', '--no-fund', '--silent', ...VERSIONS],
      folder,
    );
  await program('node', ['node_modules/next/dist/bin/next', 'build'], folder);
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
after(() => writeFile(new URL('next.json', import.meta.url), `${JSON.stringify(rows, null, 2)}\n`));
