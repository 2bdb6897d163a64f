/** Calls `task` at most once every `ms`, and once more for the last call. */
export function throttled(
  ms: number,
  task: () => void,
): { readonly ask: () => void; readonly cancel: () => void } {
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

/** Does the first of `parts` now and each other one in a task of its own, so that the page paints and listens in between. */
export function inParts(parts: readonly (() => void)[]): { readonly cancel: () => void } {
  const left = [...parts];
  let timer = 0;
  const next = (): void => {
    left.shift()?.();
    timer = left.length > 0 ? window.setTimeout(next) : 0;
  };
  next();
  return {
    cancel: () => {
      window.clearTimeout(timer);
      left.length = 0;
    },
  };
}

export function prefersStillness(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
