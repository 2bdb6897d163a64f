import { type ErrorCode, MetricLabError } from './errors.js';
import { reasonOf } from './show.js';
import type { Script } from './spawn.js';
import type { DeviceKind } from './types.js';

// Bundlers look for exactly these expressions, with the global `Worker`.
const OPEN: Record<DeviceKind, () => Worker> = {
  cpu: () =>
    new Worker(new URL('./engine/cpu-worker.js', import.meta.url), { type: 'module', name: 'metriclab-cpu' }),
  gpu: () =>
    new Worker(new URL('./engine/gpu-worker.js', import.meta.url), { type: 'module', name: 'metriclab-gpu' }),
};
const MODULE: Record<DeviceKind, () => URL> = {
  cpu: () => new URL('../wasm/metriclab_cpu_bg.wasm', import.meta.url),
  gpu: () => new URL('../wasm/metriclab_gpu_bg.wasm', import.meta.url),
};

export const RECIPES =
  "It and the package's wasm folder must be served. Where a bundler or a CDN makes one file of the package (esbuild, Rollup, esm.sh, Vite before 8 in development), import 'metriclab/inline', or say createLab({ assets }).";

/** The address of this script; undefined in a bundle that is no module. */
const here = (): string | undefined => import.meta.url;

/**
 * An address as the bundler left it. One that no bundler replaced is right only next to this very file: elsewhere it
 * leads to a file of somebody else, which must not even be asked for.
 */
function checked(code: ErrorCode, what: string, relative: string, find: () => string): string {
  let address: string;
  const own = here();
  try {
    address = find();
    const moved = own !== undefined && !/\/dist\/own-files\.js(?:[?#]|$)/.test(own);
    // Vite adds a query.
    if (!moved || address.replace(/[?#].*$/, '') !== new URL(relative, own).href) return address;
  } catch (cause) {
    throw new MetricLabError(code, `${what} has no address here (${reasonOf(cause)}). ${RECIPES}`, { cause });
  }
  throw new MetricLabError(
    code,
    `${what} is not where this script looks for it, since the package was made into ${own}. ${RECIPES}`,
  );
}

/** The Worker's script next to this one, or where the bundler put it. */
export function ownScript(kind: DeviceKind): Script {
  let options: WorkerOptions = {};
  const find = () => {
    const [address, found] = asked(OPEN[kind]);
    options = found;
    return address;
  };
  const address = checked(
    'worker.blocked',
    `The Worker metriclab-${kind}`,
    `./engine/${kind}-worker.js`,
    find,
  );
  return { address, options };
}

/** The address of a module next to this script's folder, or where the bundler put it. */
export function ownModule(kind: DeviceKind): string {
  const name = `metriclab_${kind}_bg.wasm`;
  return checked('wasm.unavailable', `The module ${name}`, `../wasm/${name}`, () => MODULE[kind]().href);
}

/** What `open` asks of the constructor of Workers. Trusted Types need the address, which a bundler may have replaced. */
function asked(open: () => Worker): [string, WorkerOptions] {
  const scope = globalThis as { Worker: unknown };
  const { Worker: real } = scope;
  let found: [string, WorkerOptions] = ['', {}];
  scope.Worker = function Listener(address: string | URL, options?: WorkerOptions) {
    found = [new URL(address, scopeAddress()).href, options ?? {}];
  };
  try {
    open();
  } finally {
    scope.Worker = real;
  }
  return found;
}

function scopeAddress(): string | undefined {
  const { document, location } = globalThis as { document?: Document; location?: Location };
  return document?.baseURI ?? location?.href;
}
