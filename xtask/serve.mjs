// A static server for www/dist, for the demo and for the browser tests.
// `node xtask/serve.mjs [port]` prints the address; a test imports `serve`.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../www/dist/', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  // Without `Content-Encoding: gzip`: the page unpacks its data itself.
  '.gz': 'application/octet-stream',
  '.txt': 'text/plain; charset=utf-8',
};
// The policy under which the page works: nothing may leave the machine.
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'";

/** Starts serving; resolves with the address and a way to stop. Port 0 takes any free one. */
export async function serve({ folder = DIST, port = 0, policy = POLICY } = {}) {
  const server = createServer((request, response) => {
    answer(folder, policy, request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    address: `http://localhost:${server.address().port}/`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

async function answer(folder, policy, request, response) {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
  const file = join(folder, path.endsWith(sep) ? join(path, 'index.html') : path);
  const info = await stat(file).catch(() => null);
  if (!file.startsWith(folder) || !info?.isFile()) {
    response.writeHead(404, { 'Content-Type': TYPES['.txt'] }).end('not found');
    return;
  }
  const tag = `"${info.size.toString(36)}-${Math.trunc(info.mtimeMs).toString(36)}"`;
  const headers = {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    ETag: tag,
    // Names under assets/ contain a hash of the content.
    'Cache-Control': path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Length': info.size });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file).pipe(response);
}

async function main() {
  const wanted = Number(process.argv[2] ?? 5173);
  for (let port = wanted; port < wanted + 10; port += 1) {
    try {
      const { address } = await serve({ port });
      console.log(`\nmetriclab is at ${address}   (Ctrl+C stops it)`);
      return;
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    }
  }
  console.error(`ports ${wanted} to ${wanted + 9} are all taken: choose one with --port`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
