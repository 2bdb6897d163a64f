// Draws SVGs in child processes. resvg aborts its process on a few drawings; the parent then starts a new process at the
// next drawing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SIDE = 32;
const PICTURE_BYTES = SIDE * SIDE * 3;
const WORKER = fileURLToPath(new URL('./draw.mjs', import.meta.url));

/** Draws every SVG; the result is null for one that cannot be drawn. */
export async function drawAll(svgs, { say, cache, crew }) {
  const folder = await mkdtemp(join(cache, 'emoji-'));
  const pictures = new Array(svgs.length).fill(null);
  let done = 0;
  const onPicture = () => {
    done += 1;
    if (done % 500 === 0) say(`${done} of ${svgs.length} drawn`);
  };
  try {
    const list = join(folder, 'svgs.json');
    await writeFile(list, JSON.stringify(svgs));
    const share = Math.ceil(svgs.length / crew);
    const slices = Array.from({ length: crew }, (_, at) => [at * share, Math.min(svgs.length, (at + 1) * share)]);
    await Promise.all(slices.map(([from, to]) => drawSlice(list, from, to, pictures, onPicture)));
  } finally {
    await rm(folder, { recursive: true });
  }
  return pictures;
}

async function drawSlice(list, from, to, pictures, onPicture) {
  for (let next = from; next < to; ) {
    const child = spawn(process.execPath, [WORKER, list, String(next), String(to)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
    const exit = once(child, 'close');
    let rest = Buffer.alloc(0);
    const begun = next;
    for await (const chunk of child.stdout) {
      rest = Buffer.concat([rest, chunk]);
      for (; rest.length >= PICTURE_BYTES; rest = rest.subarray(PICTURE_BYTES)) {
        pictures[next] = Buffer.from(rest.subarray(0, PICTURE_BYTES));
        next += 1;
        onPicture();
      }
    }
    const [code, signal] = await exit;
    if (next === to) return;
    // Only an abort is caused by the drawing.
    if (signal !== 'SIGABRT') throw new Error(`drawing ${begun}..${to} stopped at ${next} (${signal ?? `exit ${code}`}): ${errors.trim()}`);
    next += 1;
  }
}
