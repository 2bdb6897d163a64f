import { trusted } from '../dom/trusted';
import type { Reply, WorkerTask } from '../projection/protocol';
import script from '../projection/projection-worker.ts?worker&url';
import type { MessageKey } from '../i18n/translator';

/** Why no picture came, and the notice that says so. */
export const FAILURES = {
  few: 'notice.projectionFew',
  worker: 'notice.projectionWorker',
  unexpected: 'notice.projectionFailed',
} as const satisfies Readonly<Record<string, MessageKey>>;
type Failure = keyof typeof FAILURES;

export class Failed extends Error {
  readonly reason: Failure;

  constructor(reason: Failure, message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Does a task in a Worker of its own, which ends with `signal`.
 *
 * @param kind - the kind of answer that is expected
 * @returns the answer; never settles once `signal` is aborted
 * @throws Failed
 */
export function inWorker<K extends 'projected' | 'measured'>(
  task: WorkerTask,
  kind: K,
  signal: AbortSignal,
  onProgress: (progress: Extract<Reply, { kind: 'progress' }>) => void = () => undefined,
): Promise<Extract<Reply, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(trusted(script), { type: 'module', name: 'metriclab-projection' });
    signal.addEventListener('abort', () => {
      worker.terminate();
    });
    const fail = (reason: Failure, detail: string): void => {
      if (!signal.aborted) reject(new Failed(reason, detail));
    };
    worker.onmessage = ({ data: reply }: MessageEvent<Reply>) => {
      if (signal.aborted) return;
      if (reply.kind === 'progress') onProgress(reply);
      else if (reply.kind === 'failed') fail('unexpected', reply.detail);
      else if (reply.kind === kind) resolve(reply as Extract<Reply, { kind: K }>);
    };
    worker.onmessageerror = () => {
      fail('worker', 'It sent something that cannot be read.');
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail('worker', event.message || 'Its script was blocked or not found.');
    };
    worker.postMessage(task, [task.rows.buffer as ArrayBuffer]);
  });
}
