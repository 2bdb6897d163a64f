import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
  '.css': 'text/css',
};
const WATCH = new URL('./page/watch-worker.js', import.meta.url);
const IS_WORKER = /worker[^/]*\.js$/i;
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * Serves the built page, with `watch-worker.js` before each Worker's script.
 *
 * @param {{ folder: string, data: string, isolated?: boolean }} options `data` is served as /data; `isolated` lets the
 *   page share memory between threads, which a plain static server does not
 */
export async function serve({ folder, data, isolated = false }) {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  const answer = async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    const file = path.startsWith('/data/')
      ? join(data, path.slice(6))
      : join(folder, path === '/' ? 'index.html' : path);
    const info = await stat(file).catch(() => null);
    if (!info?.isFile()) {
      response.writeHead(404).end('not found');
      return;
    }
    const headers = {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Cache-Control': 'max-age=3600',
      ...(isolated ? ISOLATED : {}),
    };
    if (IS_WORKER.test(file)) {
      response.writeHead(200, headers).end(Buffer.concat([await readFile(WATCH), await readFile(file)]));
      return;
    }
    response.writeHead(200, { ...headers, 'Content-Length': info.size });
    createReadStream(file).pipe(response);
  };
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://localhost:${server.address().port}/`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}
