// Files of a Debian package, without installing it.
import { execFile } from 'node:child_process';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Downloads a package into the cache and unpacks it, unless that was done. Returns the folder that stands for `/`. */
export async function unpackDebian(cache, name) {
  const [folder, part] = [join(cache, name), join(cache, `${name}.part`)];
  const there = await access(join(folder, 'usr')).then(
    () => true,
    () => false,
  );
  if (there) return folder;
  const download = () => run('apt-get', ['download', name], { cwd: cache });
  try {
    // A fresh machine has no package lists, and only root may download them.
    await download().catch(async (error) => {
      if (error.code === 'ENOENT') throw error;
      await run('apt-get', ['update']);
      await download();
    });
    const deb = (await readdir(cache)).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
    await run('dpkg-deb', ['-x', join(cache, deb), part]);
    // An earlier download that failed may have left an empty folder.
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
    return folder;
  } catch (cause) {
    throw new Error(
      `the data comes from the Debian package ${name}, which this machine could not fetch: unpack it into ${folder}`,
      { cause },
    );
  }
}
