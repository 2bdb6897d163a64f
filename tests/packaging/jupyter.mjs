// docs/examples/notebook in JupyterLab, with a kernel of Python. Its installation takes minutes, so this is no part of `cargo xtask test`.
// METRICLAB_JUPYTER names a virtual environment where jupyterlab and anywidget are installed already.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './browser.mjs';
import { ROOT, program, tarball } from './install.mjs';

const EXAMPLE = join(ROOT, 'docs/examples/notebook');
const INSTALLED = process.env.METRICLAB_JUPYTER;
const PATIENCE = 600_000;
/** How long a cell may take. A figure that trains has two cores. */
const CELL = { timeout: 180_000 };

let folder, browser;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metriclab-jupyter-'));
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** The commands of the notebook's first cell. */
async function commands() {
  const { cells } = JSON.parse(await readFile(join(EXAMPLE, 'figure.ipynb'), 'utf8'));
  const [, block] = /```\n([^]+?)\n```/.exec(cells[0].source.join(''));
  return block.split('\n');
}

/** From here on commands are those of a virtual environment, and settings of this machine's user do not count. */
async function enterEnvironment() {
  const python = INSTALLED ?? join(folder, 'python');
  if (!INSTALLED) await program('python3', ['-m', 'venv', python], folder);
  process.env.PATH = `${join(python, 'bin')}:${process.env.PATH}`;
  for (const name of ['JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'JUPYTER_RUNTIME_DIR', 'IPYTHONDIR'])
    process.env[name] = join(folder, 'home', name);
}

/** Starts JupyterLab as the last command says; the address is the one that it prints. */
async function start(line) {
  const own = process.getuid?.() === 0 ? ['--allow-root'] : [];
  const [name, ...args] = line.split(' ');
  const server = spawn(name, [...args, '--no-browser', '--port=0', ...own], { cwd: folder });
  let said = '';
  const address = await new Promise((resolve, reject) => {
    server.stderr.on('data', (text) => {
      said += text;
      const found = /http:\/\/localhost:\d+\/lab\S*token=\w+/.exec(said);
      if (found) resolve(found[0]);
    });
    server.on('exit', () => reject(new Error(said)));
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  return { address, close: async () => (server.kill(), await ended) };
}

test('the commands of the notebook make the widget', { timeout: PATIENCE }, async () => {
  await cp(EXAMPLE, folder, { recursive: true });
  await cp(join(ROOT, 'data/packed/hangul.mlds.gz'), join(folder, 'data/hangul.mlds.gz'), {
    recursive: true,
  });
  await enterEnvironment();
  const { file } = await tarball();
  for (const line of (await commands()).slice(0, -1)) {
    if (line.startsWith('pip') && INSTALLED) continue;
    const [name, ...args] = line.split(' ');
    await program(
      name,
      args.map((one) => (one === 'metriclab' ? file : one)),
      folder,
    );
  }
  assert.ok((await readFile(join(folder, 'figure.bundle.js'))).length > 500_000, 'the engine is inside');
});

test('a figure in JupyterLab hears Python, and Python hears it', { timeout: PATIENCE }, async (t) => {
  const { address, close } = await start((await commands()).at(-1));
  t.after(close);
  // JupyterLab makes the cells only that are in view.
  const page = await browser.newPage({ viewport: { width: 1280, height: 3000 } });
  t.after(() => page.close());
  const complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  await page.goto(address);
  await page.locator('.jp-DirListing-item').filter({ hasText: 'figure.ipynb' }).dblclick(CELL);
  const cells = page.locator('.jp-CodeCell');
  await cells.nth(3).waitFor(CELL);
  await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor(CELL);
  const run = async (at) => {
    const begun = cells.nth(at).locator('.jp-InputPrompt').filter({ hasNotText: '[ ]' });
    // On a busy machine a kernel that has just started may miss the keys.
    for (let tries = 0; tries < 6; tries++) {
      await cells.nth(at).locator('.cm-content').click();
      await page.keyboard.press('Shift+Enter');
      if (
        await begun.waitFor({ timeout: 20_000 }).then(
          () => true,
          () => false,
        )
      )
        return;
    }
    assert.fail(`cell ${at} does not run`);
  };

  await run(0);
  const numbers = page.locator('metric-lab').getByTestId('triplet-numbers');
  await numbers.filter({ hasText: 'm 0.30' }).waitFor(CELL);
  await run(1);
  await numbers.filter({ hasText: 'm 0.50' }).waitFor(CELL);

  await run(2);
  const tray = page.locator('metric-lab').getByTestId('tray').locator('button[aria-pressed="false"]').first();
  const name = (await tray.getAttribute('aria-label', CELL)).slice(0, 1);
  await tray.click();
  await run(3);
  await cells.nth(3).locator('.jp-OutputArea-output').filter({ hasText: name }).waitFor(CELL);
  assert.deepEqual(complaints, [], 'errors');
  const version = await page.evaluate(
    () => JSON.parse(document.getElementById('jupyter-config-data').textContent).appVersion,
  );
  t.diagnostic(`JupyterLab ${version}`);
  const row = {
    environment: `JupyterLab ${version.split('.')[0]}, a widget (anywidget)`,
    entry: 'metriclab/element',
    result: 'a figure hears Python, and Python hears it',
    recipe: '`docs/examples/notebook`',
  };
  await writeFile(new URL('jupyter.json', import.meta.url), `${JSON.stringify([row], null, 2)}\n`);
});
