// Serves the built page, with a watch in every Worker.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { serve } from '../../xtask/serve.mjs';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = fileURLToPath(new URL('../../www/dist/', import.meta.url));
const WATCH = await readFile(new URL('./watch-devices.js', import.meta.url), 'utf8');
const IS_WORKER = /worker[^/]*\.js$/i;

/**
 * Serves `www/dist` or another folder as a visitor gets it, with `watch-devices.js` before each Worker's script. A WebGPU error
 * inside a Worker reaches the page's console reliably in no other way.
 */
export async function openSite(folder = DIST) {
  const behind = await serve({ folder });
  const front = createServer((request, response) => {
    pass(behind.address, request, response).catch((error) => response.writeHead(502).end(String(error)));
  });
  await new Promise((resolve) => front.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://localhost:${front.address().port}/`,
    close: async () => {
      front.closeAllConnections();
      await Promise.all([behind.close(), new Promise((resolve) => front.close(resolve))]);
    },
  };
}

async function pass(address, request, response) {
  const reply = await fetch(new URL(request.url, address), { method: request.method });
  const headers = Object.fromEntries(reply.headers);
  const bytes = Buffer.from(await reply.arrayBuffer());
  const watched = reply.ok && IS_WORKER.test(new URL(request.url, address).pathname);
  const body = watched ? Buffer.concat([Buffer.from(`${WATCH}\n`), bytes]) : bytes;
  response.writeHead(reply.status, {
    ...headers,
    'content-length': String(body.length),
    'cache-control': 'no-cache',
  });
  response.end(body);
}
