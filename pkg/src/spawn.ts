import type { WorkerLike } from './connection.js';
import { MetricLabError } from './errors.js';
import type { Reply } from './protocol.js';
import { reasonOf } from './show.js';
import { knowsTrustedTypes, trusted } from './trusted.js';
import type { DeviceKind } from './types.js';
import { VERSION } from './version.js';

/** Time limit for the start of a Worker, whose script has a few kilobytes. */
const START_MS = 60_000;

/** A Worker's script: its address, or its text. */
export type Script =
  | { readonly address: string; readonly options: WorkerOptions }
  | { readonly text: string; readonly options: WorkerOptions };

/** Waits for the first message of a Worker. */
export function started(worker: WorkerLike, patience = START_MS): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      fail('it did not start in time');
    }, patience);
    const fail = (why: string) => {
      clearTimeout(timer);
      worker.terminate();
      reject(new Error(why));
    };
    worker.onmessage = ({ data }) => {
      const reply = data as Reply;
      if (reply.type === 'ready' && reply.version !== VERSION)
        fail(`its script is of version ${reply.version} and this package of ${VERSION}`);
      else if (reply.type === 'ready') {
        clearTimeout(timer);
        resolve();
      } else if (reply.type === 'fault') {
        fail(reply.error.message);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message || 'its script was blocked or not found');
    };
  });
}

/** Tries each way to start a Worker; `advice` ends the sentence of the error when none works. */
export async function firstThatStarts(
  ways: readonly (() => WorkerLike)[],
  name: string,
  advice: string,
): Promise<WorkerLike> {
  const reasons: string[] = [];
  for (const open of ways) {
    try {
      const worker = open();
      await started(worker);
      return worker;
    } catch (thrown) {
      reasons.push(reasonOf(thrown));
    }
  }
  const why = reasons.join('; ');
  throw new MetricLabError(
    'worker.blocked',
    `The browser did not start the Worker ${name} (${why}). ${trustAdvice(why)}${advice}`.trimEnd(),
  );
}

function trustAdvice(reason: string): string {
  return knowsTrustedTypes() && /trusted/i.test(reason)
    ? "The page enforces Trusted Types: its content security policy needs trusted-types metriclab, and 'allow-duplicates' after it where the page holds the package twice. "
    : '';
}

const SERVED =
  "It must be served, and a content security policy must allow worker-src 'self'; from another origin or a sandboxed frame it must be served with Access-Control-Allow-Origin, and worker-src must allow blob:. ";
const FROM_TEXT = 'A content security policy must allow worker-src blob:. ';

/** Starts a script from its address, or, where the page's origin forbids that, from a blob that imports it. */
export function spawn(script: Script, kind: DeviceKind, advice: string): Promise<WorkerLike> {
  if ('text' in script)
    return firstThatStarts(
      [() => fromText(script.text, script.options)],
      `metriclab-${kind} from a blob`,
      FROM_TEXT + advice,
    );
  const { address, options } = script;
  const importer = `import(${JSON.stringify(address)}).catch((error) => setTimeout(() => { throw error; }));`;
  return firstThatStarts(
    [
      () => new Worker(trusted(address), options),
      // A classic script: Chromium starts no module Worker from the blob of a page without an origin.
      () => fromText(importer, { ...options, type: 'classic' }),
    ],
    address,
    SERVED + advice,
  );
}

function fromText(text: string, options: WorkerOptions): Worker {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const worker = new Worker(trusted(address), options);
  // By its first message the Worker has read the address.
  worker.addEventListener(
    'message',
    () => {
      URL.revokeObjectURL(address);
    },
    { once: true },
  );
  return worker;
}
