// Packs the package as `npm publish` would and installs it into throw-away projects under target/packaging.
import { execFile } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { pack } from '../../pkg/tests/packed.mjs';

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

/** The tarball, and what npm says is in it. */
export async function tarball(folder) {
  await mkdir(folder, { recursive: true });
  const output = await program(
    'npm',
    ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', folder],
    PACKAGE,
  );
  const [{ filename, files }] = JSON.parse(output);
  return { file: join(folder, filename), files: files.map(({ path, size }) => ({ path, size })) };
}

/** A fresh project with metriclab installed and the files given, a synthetic data set among them. */
export async function project(name, files = {}) {
  const folder = join(WORK, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'public'), { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: `throw-away-${name}`, private: true, type: 'module' }),
  );
  const { file } = await tarball(join(folder, 'packed'));
  await program('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', file], folder);
  await writeFile(join(folder, 'public/synthetic.mlds.gz'), gzipSync(Buffer.from(pack({ count: 240 }))));
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  return folder;
}

/** A copy of a project with some of its files gone. */
export async function without(folder, name, paths) {
  const copy = join(WORK, name);
  await rm(copy, { recursive: true, force: true });
  await cp(folder, copy, { recursive: true });
  for (const path of paths) await rm(join(copy, path));
  return copy;
}
