import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const BUILT = `${ROOT}target/bench-page/`;

/** Rows of a module that is not built say so. */
const standIn = () => ({
  name: 'stand-in',
  resolveId: (id) =>
    /metriclab_(cpu|gpu)\.js$/.test(id) && !existsSync(`${ROOT}pkg/wasm/${id.split('/').at(-1)}`)
      ? '\0stand-in'
      : null,
  load: (id) =>
    id === '\0stand-in'
      ? 'export class Engine {}\nexport default () => Promise.reject(new Error("this module is not built"));'
      : null,
});

/** Bundles the page with metriclab and its peers. */
export async function bundle() {
  const { build } = await import('vite');
  await build({
    configFile: false,
    logLevel: 'warn',
    root: fileURLToPath(new URL('./page/', import.meta.url)),
    base: './',
    plugins: [standIn()],
    worker: { format: 'es', plugins: () => [standIn()] },
    build: {
      outDir: BUILT,
      emptyOutDir: true,
      target: 'esnext',
      assetsInlineLimit: 0,
      modulePreload: false,
      minify: false,
      chunkSizeWarningLimit: 1e5,
    },
  });
}
