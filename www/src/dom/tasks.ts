/** Calls `task` at most once every `ms`, and once more for the last call. */
export function throttled(ms: number, task: () => void): { readonly ask: () => void; readonly cancel: () => void } {
  let timer = 0;
  let last = -Infinity;
  return {
    ask: () => {
      if (timer !== 0) return;
      timer = window.setTimeout(
        () => {
          timer = 0;
          last = performance.now();
          task();
        },
        Math.max(0, last + ms - performance.now()),
      );
    },
    cancel: () => {
      window.clearTimeout(timer);
      timer = 0;
    },
  };
}

export function prefersStillness(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
