// Packs the package as `npm publish` would and installs it into throw-away projects under target/packaging.
import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
/** The tarball, and what npm says is in it. Packed once a process. */
export function tarball() {
  packed ??= pack();
  return packed;
}

async function pack() {
  const folder = join(WORK, `packed-${process.pid}`);
  await mkdir(folder, { recursive: true });
  const output = await program('npm', ['pack', '--json', '--silent', '--pack-destination', folder], PACKAGE);
  const [{ filename, files }] = JSON.parse(output);
  return { file: join(folder, filename), files: files.map(({ path, size }) => ({ path, size })) };
}

let installed;
/** A project into which npm installed the tarball; the others link its files. */
function installation() {
  installed ??= install();
  return installed;
}

async function install() {
  const folder = join(WORK, `installed-${process.pid}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  const { file } = await tarball();
  await program('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', file], folder);
  process.once('exit', () => {
    for (const made of [folder, dirname(file)]) rmSync(made, { recursive: true, force: true });
  });
  return join(folder, 'node_modules/metriclab');
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
  ready ??= existsSync(join(TOOLS, 'node_modules/.package-lock.json'))
    ? Promise.resolve()
    : program('npm', ['ci', '--no-audit', '--no-fund', '--silent'], TOOLS);
  await ready;
  return import(name);
}

/** A copy of a project with some of its files gone. */
export async function without(folder, name, paths) {
  const copy = join(WORK, name);
  await rm(copy, { recursive: true, force: true });
  await cp(folder, copy, { recursive: true });
  for (const path of paths) await rm(join(copy, path));
  return copy;
}
