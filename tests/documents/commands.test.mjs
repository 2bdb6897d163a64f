// Runs every command of README.md, CONTRIBUTING.md and docs/uses.md. A command that takes too long, or that would run this test again,
// is replaced by a shorter one; a command without an entry below fails the test.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { embedded, fetchInputs } from '../../data/uses/minilm/recipe.mjs';
import { build, prompted } from '../../data/uses/speech/recipe.mjs';
import { createLab } from '../../pkg/dist/node.js';
import { ROOT, commands, read } from './read.mjs';

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'docs/uses.md'];
const WORK = join(ROOT, 'target/documents');
const execute = promisify(execFile);

/** The compiler of the Rust tests, for commands that use what they compiled. xtask and the modules have another. */
function surroundings(program, args) {
  const native = program === 'cargo' && args[0] !== 'xtask';
  const given = Object.entries(process.env).filter(([name]) => native && name.startsWith('NATIVE_'));
  return {
    ...process.env,
    ...Object.fromEntries(given.map(([name, value]) => [name.replace('NATIVE_', ''), value])),
  };
}

async function run(command, cwd = ROOT) {
  const [program, ...args] = command.split(' ');
  const env = surroundings(program, args);
  try {
    return (await execute(program, args, { cwd, env, maxBuffer: 1 << 27 })).stdout;
  } catch (error) {
    throw new Error(`${command}\n${error.stdout}\n${error.stderr}`, { cause: error });
  }
}

/** The modules in `pkg/wasm` may be the published ones: what builds must not replace them by others. */
async function release() {
  const profile = await readFile(join(ROOT, 'target/stamps/metriclab_cpu.profile'), 'utf8').catch(() => '');
  return profile.includes('release') ? ' --release' : '';
}

/** `cargo xtask help` lists the subcommand with each of these options. */
async function listed(command) {
  const [subcommand, ...options] = command.replace('cargo xtask ', '').split(' ');
  const help = (await run('cargo xtask help')).replaceAll(/\n {8,}/g, ' ');
  const line = help.split('\n').find((text) => text.trim().split(' ')[0] === subcommand);
  assert.ok(line, `cargo xtask help lists ${subcommand}`);
  for (const option of options.filter((text) => text.startsWith('--')))
    assert.ok(line.includes(option), `${line.trim()} names ${option}`);
}

/** A stage of `cargo xtask test` has a name that contains this word. */
async function isStage(word) {
  await listed('cargo xtask test');
  assert.match(
    await read('xtask/src/checks.rs'),
    new RegExp(`"[a-z, ]*${word}[a-z, {}]*"`),
    `a stage ${word}`,
  );
}

/** The filter of a `cargo test` finds tests. The stage of the Rust tests runs them. */
async function lists(command) {
  const list = await run(`${command.replace('test', 'test --all-features')} -- --list`);
  assert.match(list, /: test$/m, list);
}

/** The stage `prettier` runs the same with `--check`. */
async function formats() {
  const { scripts } = JSON.parse(await read('package.json'));
  assert.equal(scripts.format.replace('--write', '--check'), scripts['format:check']);
}

/** The demo prints its address and answers with the page and a data set. */
async function demo(command) {
  const [program, ...args] = `${command} --port 0${await release()}`.split(' ');
  // A group of its own: cargo, xtask and the server end together.
  const child = spawn(program, args, { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  try {
    const address = await new Promise((resolve, reject) => {
      child.stdout.on('data', (text) => {
        said += text;
        const found = said.match(/metriclab is at (\S+)/);
        if (found) resolve(found[1]);
      });
      child.once('exit', () => reject(new Error(`the demo ended:\n${said}`)));
    });
    assert.match(await (await fetch(address)).text(), /<title>/, 'the page');
    assert.equal((await fetch(new URL('data/mnist.mlds.gz', address))).status, 200, 'a data set');
  } finally {
    process.kill(-child.pid);
  }
}

async function fresh(name) {
  const folder = join(WORK, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

const pack = async (folder) => run(`npm pack --silent --ignore-scripts --pack-destination ${folder} ./pkg`);

async function install(command) {
  const folder = await fresh('install');
  await pack(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await run(`${command} --offline --no-audit --no-fund --silent`, folder);
  await readFile(join(folder, 'node_modules/metriclab/package.json'), 'utf8');
}

/** Two speakers of small packages: all of them are 205 MB. */
async function twoSpeakers() {
  const names = ['Armelle', 'Avatar'];
  const speakers = await prompted(join(ROOT, 'data/cache'), names);
  const bytes = await build({ speakers }, { name: 'speech', notice: '', say: () => {} });
  const lab = await createLab();
  try {
    const header = await lab.loadDataset(new Uint8Array(bytes));
    assert.deepEqual([header.kind, header.classes, header.count], ['sequences', names, 90]);
  } finally {
    lab.dispose();
  }
}

/** The recipe with three words: all 1,543 take minutes on a busy machine. */
async function threeWords() {
  const { model } = await fetchInputs(join(ROOT, 'data/cache'));
  const bytes = await embedded(model, ['cat', 'kitten', 'stocks']);
  const rows = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const cosine = (a, b) =>
    Array.from({ length: 384 }, (_, d) => rows[a * 384 + d] * rows[b * 384 + d]).reduce(
      (sum, x) => sum + x,
      0,
    );
  assert.ok(Math.abs(cosine(0, 0) - 1) < 1e-5, `a length of ${cosine(0, 0)}`);
  assert.ok(
    cosine(0, 1) > 0.7 && cosine(0, 2) < 0.3,
    `cat and kitten ${cosine(0, 1)}, cat and stocks ${cosine(0, 2)}`,
  );
}

/** How each command is tried, by the first pattern that it matches. */
const TRIALS = [
  [/^cargo xtask demo$/, demo],
  [/^cargo xtask (help|data)$/, (command) => run(command)],
  [/^cargo xtask build$/, async (command) => run(command + (await release()))],
  [/^cargo xtask test (?!--)/, (command) => isStage(command.split(' ').at(-1))],
  [/^cargo xtask (test|lint|build|bench|setup|sizes|generate)( --|$)/, listed],
  [/^cargo run --example train/, () => run('cargo run --all-features --example train -- mnist 4')],
  [/^cargo run --example parity/, (command) => run(command.replace('run', 'run --all-features'))],
  [/^node data\/pack\.mjs orl vowels$/, (command) => run(command)],
  [/^node data\/pack\.mjs speech$/, twoSpeakers],
  [/^node data\/pack\.mjs minilm$/, threeWords],
  [
    /^node data\/interactions\/movielens\.mjs$/,
    async (command) => assert.match(await run(command), /^653 users, 1255 films, 38979 pairs/),
  ],
  // The quickest use, with the fewest steps: all of them take half an hour.
  [/^cargo run --example uses/, () => run('cargo run --all-features --example uses -- voices 1 0.01')],
  [
    /^cargo run --example catalogue/,
    async () => run(`cargo run --all-features --example catalogue -- ${await fresh('catalogue')}`),
  ],
  // It would write docs/losses.md.
  [/^cargo run --example losses_table$/, () => run('cargo build --all-features --example losses_table')],
  [/^node data\/pack\.mjs <set>$/, () => run('node data/pack.mjs mnist')],
  [/^cargo bench$/, () => run('cargo bench --bench native --profile dev --all-features -- --test')],
  [/^cargo test /, lists],
  [/^cargo fmt/, () => run('cargo fmt --all --check')],
  [/^npm run format$/, formats],
  // tests/browser/one-file.test.mjs runs it and opens what it writes.
  [
    /^npm run build:file/,
    async () => assert.ok(JSON.parse(await read('www/package.json')).scripts['build:file']),
  ],
  [/^npm pack \.\/pkg$/, async () => pack(await fresh('pack'))],
  [/^npm install \.\/metriclab-[\d.]+\.tgz$/, install],
  [/^node xtask\/payload\.mjs$/, (command) => run(command)],
  // They take minutes, or write files of the repository; other tests compare what they wrote.
  [
    /^node (--test )?(tests\/packaging\/(next|jupyter)|pkg\/notices\/write|tests\/browser\/record-help|www\/record-start|data\/interactions\/packages|data\/words\/emoji)\.mjs$/,
    (command) => run(`node --check ${command.split(' ').at(-1)}`),
  ],
];

/** A command that several documents name runs once. */
const tried = new Map();

for (const document of DOCUMENTS) {
  const found = commands(await read(document));
  test(`${document} has commands`, () => assert.ok(found.length > 2, found.join('\n')));
  for (const command of found)
    test(`${document}: ${command}`, { timeout: 600_000 }, async () => {
      const trial = TRIALS.find(([pattern]) => pattern.test(command));
      assert.ok(trial, `no trial for this command: add one to tests/documents/commands.test.mjs`);
      if (!tried.has(command)) tried.set(command, trial[1](command));
      await tried.get(command);
    });
}

test('commands are found in blocks and in sentences, without comments', () => {
  const text =
    'Run `cargo bench`, not `x`.\n```sh\ncargo xtask demo  # serves\n# only this\n\nnpm ci\n```\n`cargo bench`';
  assert.deepEqual(commands(text), ['cargo xtask demo', 'npm ci', 'cargo bench']);
});
