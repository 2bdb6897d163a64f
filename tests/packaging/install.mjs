// Packs the package as `npm publish` would and installs it into throw-away projects under target/packaging.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { pack as synthetic } from '../../pkg/tests/packed.mjs';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PACKAGE = process.env.METRICLAB_PACKAGE ?? join(ROOT, 'pkg');
const WORK = join(ROOT, 'target/packaging');
const run = promisify(execFile);

/** Runs a program; its output is the message of the error where it fails. */
export async function program(name, args, cwd) {
  try {
    return (await run(name, args, { cwd, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    throw new Error(`${name} ${args.join(' ')}\n${error.stdout}\n${error.stderr}`, { cause: error });
  }
}

let packed;
/** The tarball, and what npm says is in it. Packed once for each state of the package, whichever test file asks first. */
export async function tarball() {
  packed ??= shared();
  const { file, files } = await packed;
  return { file, files };
}

/** A project into which npm installed the tarball; the others link its files. */
const installation = async () => (packed ??= shared()).then(({ installed }) => installed);

/** What decides the tarball: paths, sizes and times of the files that may be in it. */
async function stateOf(folder) {
  const hash = createHash('sha256');
  for (const part of ['dist', 'wasm', 'package.json', 'README.md', 'THIRD-PARTY.txt', '../CHANGELOG.md']) {
    const at = join(folder, part);
    const below = (await stat(at)).isDirectory() ? await readdir(at, { recursive: true }) : [''];
    for (const name of below.sort()) {
      const { size, mtimeMs } = await stat(join(at, name));
      hash.update(`${part}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** The test files run in processes of their own: the first that comes makes it, the others wait. */
async function shared() {
  const folder = join(WORK, `shared-${await stateOf(PACKAGE)}`);
  const ready = join(folder, 'ready.json');
  await mkdir(WORK, { recursive: true });
  for (;;) {
    try {
      await mkdir(folder);
      return await make(folder, ready);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const made = await readFile(ready, 'utf8').catch(() => null);
    if (made) return JSON.parse(made);
    const maker = await readFile(join(folder, 'maker'), 'utf8').catch(() => null);
    // One that was killed in the middle leaves a folder that nobody will complete.
    if (maker && !isAlive(Number(maker))) await rm(folder, { recursive: true, force: true });
    await sleep(100);
  }
}

async function make(folder, ready) {
  await writeFile(join(folder, 'maker'), String(process.pid));
  for (const name of await readdir(WORK))
    if (/^(shared|packed|installed)-/.test(name) && join(WORK, name) !== folder)
      await rm(join(WORK, name), { recursive: true, force: true });
  const output = await program('npm', ['pack', '--json', '--silent', '--pack-destination', folder], PACKAGE);
  const [{ filename, files }] = JSON.parse(output);
  const file = join(folder, filename);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await program('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', file], folder);
  const result = {
    file,
    files: files.map(({ path, size }) => ({ path, size })),
    installed: join(folder, 'node_modules/metriclab'),
  };
  await writeFile(`${ready}.new`, JSON.stringify(result));
  await rename(`${ready}.new`, ready);
  return result;
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A fresh project with metriclab installed and the files given, a synthetic data set among them. */
export async function project(name, files = {}) {
  const folder = join(WORK, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'public'), { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: `throw-away-${name}`, private: true, type: 'module' }),
  );
  await program('cp', ['-rl', await installation(), 'node_modules/metriclab'], folder);
  await writeFile(join(folder, 'public/synthetic.mlds.gz'), gzipSync(Buffer.from(synthetic({ count: 240 }))));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const TOOLS = fileURLToPath(new URL('.', import.meta.url));
let ready;
/** One of the bundlers and checkers of package.json in this folder, which are installed when the first is asked for. */
export async function tool(name) {
  ready ??= tools();
  await ready;
  return import(name);
}

const INSTALLED = join(TOOLS, 'node_modules/.package-lock.json');

/** Whether what package.json asks for is there, in the versions of package-lock.json. */
async function isInstalled() {
  if (!existsSync(INSTALLED)) return false;
  const [wanted, found] = await Promise.all(
    [join(TOOLS, 'package-lock.json'), INSTALLED].map(async (path) =>
      JSON.parse(await readFile(path, 'utf8')),
    ),
  );
  return Object.keys(wanted.packages[''].dependencies).every((name) => {
    const [lock, own] = [wanted, found].map(({ packages }) => packages[`node_modules/${name}`]?.version);
    return lock === own;
  });
}

async function tools() {
  const lock = join(WORK, 'installing');
  await mkdir(WORK, { recursive: true });
  while (!(await isInstalled())) {
    const mine = await mkdir(lock).then(
      () => true,
      () => false,
    );
    if (!mine) await sleep(200);
    else
      try {
        await program('npm', ['ci', '--no-audit', '--no-fund', '--silent'], TOOLS);
      } finally {
        await rm(lock, { recursive: true });
      }
  }
}

/** A copy of a project with some of its files gone. */
export async function without(folder, name, paths) {
  const copy = join(WORK, name);
  await rm(copy, { recursive: true, force: true });
  await cp(folder, copy, { recursive: true });
  for (const path of paths) await rm(join(copy, path));
  return copy;
}

/** Makes a project's scripts by webpack or Rspack, which take the same description. */
export async function pack(bundler, description) {
  const compiler = bundler({ mode: 'production', ...description });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, found) => (error ? reject(error) : resolve(found)));
  });
  if (stats.hasErrors()) throw new Error(stats.toString());
}

/** Makes `src/main.js` of a project into a script below its folder `public`: by esbuild into one file, a classic script unless told. */
export async function esbuild(folder, script, format = 'iife') {
  const { build } = await tool('esbuild');
  await build({
    absWorkingDir: folder,
    entryPoints: ['src/main.js'],
    bundle: true,
    minify: true,
    format,
    logLevel: 'error',
    outfile: join('public', script),
  });
}

/** The same by Rollup, into modules. */
export async function rollup(folder, script) {
  const { rollup: bundle } = await tool('rollup');
  const { default: resolve } = await tool('@rollup/plugin-node-resolve');
  const made = await bundle({ input: join(folder, 'src/main.js'), plugins: [resolve({ browser: true })] });
  const file = join(folder, 'public', script);
  await made.write({ dir: dirname(file), entryFileNames: basename(file) });
}
