// Sizes in brotli at its highest quality, as a server compresses ahead of time. A module takes half a minute, so a size is
// kept by the file's content.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const FOLDER = fileURLToPath(new URL('../target/stamps/', import.meta.url));
const KEPT = `${FOLDER}brotli.json`;
/** Smaller files take no time. */
const WORTH_KEEPING = 200_000;
const compress = promisify(brotliCompress);

const kept = async () => JSON.parse(await readFile(KEPT, 'utf8').catch(() => '{}'));

async function measure(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return (await compress(bytes, { params })).length;
}

/** Bytes of the content in brotli. */
export async function brotliSize(bytes) {
  if (bytes.length < WORTH_KEEPING) return measure(bytes);
  const key = createHash('sha256').update(bytes).digest('hex');
  const known = (await kept())[key];
  if (known !== undefined) return known;
  const size = await measure(bytes);
  await mkdir(FOLDER, { recursive: true });
  // Other files were measured meanwhile, and a reader must not find half a file.
  const draft = `${KEPT}.${process.pid}.${key}`;
  await writeFile(draft, JSON.stringify({ ...(await kept()), [key]: size }));
  await rename(draft, KEPT);
  return size;
}
