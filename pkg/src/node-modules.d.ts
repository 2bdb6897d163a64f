// The parts of Node that `metriclab` uses there. The package is compiled without Node's types, so that none reach a browser.
declare module 'node:worker_threads' {
  export interface Thread {
    postMessage(message: unknown, transfer: readonly unknown[]): void;
    on(event: string, listener: (value: unknown) => void): void;
    terminate(): Promise<number>;
    ref(): void;
    unref(): void;
  }
  export const Worker: new (
    address: URL,
    options: { readonly name: string; readonly execArgv: readonly string[] },
  ) => Thread;
  export const parentPort: {
    postMessage(message: unknown, transfer: readonly unknown[]): void;
    on(event: 'message', listener: (data: unknown) => void): void;
  };
}
declare module 'node:fs/promises' {
  export function readFile(address: URL): Promise<Uint8Array<ArrayBuffer>>;
}
declare module 'node:os' {
  export function availableParallelism(): number;
}
