/**
 * Resolves when the tab is seen: at once, or when the person comes back to it. `stop` ends the wait; the answer is whether to go
 * on.
 */
export async function untilSeen(stop?: AbortSignal): Promise<boolean> {
  if (document.hidden && !stop?.aborted)
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (document.hidden && !stop?.aborted) return;
        document.removeEventListener('visibilitychange', look);
        stop?.removeEventListener('abort', look);
        resolve();
      };
      document.addEventListener('visibilitychange', look);
      stop?.addEventListener('abort', look);
    });
  return !stop?.aborted;
}
