/**
 * A Worker that is ended from outside says nothing: its calls would wait for ever. It holds a lock as long as it lives, and
 * its page waits for that lock. A Worker that computes holds it too, so that no time limit is needed.
 */
interface Scope {
  readonly navigator?: { readonly locks?: LockManager };
}

function locks(): LockManager | undefined {
  return (globalThis as Scope).navigator?.locks;
}

/** In the Worker: takes a lock until this thread ends. Null where there are none, as in a page without an origin. */
export async function holdLock(): Promise<string | null> {
  const name = `metriclab-worker ${String(performance.timeOrigin)} ${String(Math.random())}`;
  return new Promise((resolve) => {
    const hold = (): Promise<never> => {
      resolve(name);
      return new Promise(() => undefined);
    };
    const asked = locks()?.request(name, hold);
    if (asked)
      asked.catch(() => {
        resolve(null);
      });
    else resolve(null);
  });
}

/** In the page: calls `ended` when the Worker that holds the lock has ended, unless the signal comes first. */
export function whenReleased(name: string, signal: AbortSignal, ended: () => void): void {
  // An aborted request rejects.
  locks()
    ?.request(name, { signal }, ended)
    .catch(() => undefined);
}
