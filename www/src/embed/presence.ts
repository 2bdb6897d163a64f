/** A frame that nobody sees lets go of its engine after this time. */
const PATIENCE_MS = 4000;

/**
 * Tells whether the frame is seen: in view of a visible page. `gone` is told late, so that a glance at the next slide and
 * back costs nothing.
 */
export function watchPresence(target: Element, seen: () => void, gone: () => void): () => void {
  let inView = true;
  let timer = 0;
  const judge = (): void => {
    window.clearTimeout(timer);
    if (inView && document.visibilityState === 'visible') seen();
    else timer = window.setTimeout(gone, PATIENCE_MS);
  };
  const observer = new IntersectionObserver((entries) => {
    inView = entries.at(-1)?.isIntersecting ?? true;
    judge();
  });
  observer.observe(target);
  document.addEventListener('visibilitychange', judge);
  return () => {
    window.clearTimeout(timer);
    observer.disconnect();
    document.removeEventListener('visibilitychange', judge);
  };
}
