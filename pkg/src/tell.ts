/**
 * Tells a listener of the page. Its own mistake must not stop the work of which it is told: it is reported as an uncaught
 * error.
 */
export function tell<T>(listener: (payload: T) => unknown, payload: T): void {
  try {
    listener(payload);
  } catch (thrown) {
    // Node has no `reportError`.
    if (typeof reportError === 'function') reportError(thrown);
    else
      queueMicrotask(() => {
        throw thrown;
      });
  }
}
