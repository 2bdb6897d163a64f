/** Pixels of a canvas for each CSS pixel, on this screen and where a figure is enlarged as a whole; more than 2 only cost time. */
export function sharpness(canvas: HTMLCanvasElement): number {
  return Math.min(2, window.devicePixelRatio * canvas.currentCSSZoom);
}

/** A canvas that is as sharp as the screen; `draw` gets a context measured in CSS pixels. A small one is best drawn without the graphics process. */
export function sharpContext(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  small = false,
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio;
  const w = Math.max(1, Math.round(width * ratio));
  const h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext('2d', { willReadFrequently: small });
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

/** Calls `draw` once in the next frame, however often it is asked. */
export function nextFrame(draw: () => void): { readonly ask: () => void; readonly cancel: () => void } {
  let frame = 0;
  return {
    ask: () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
    },
    cancel: () => {
      cancelAnimationFrame(frame);
      frame = 0;
    },
  };
}

/** Calls `resized` now and whenever the element's size changes. */
export function watchSize(element: Element, resized: (width: number, height: number) => void): () => void {
  const observer = new ResizeObserver(([entry]) => {
    if (entry) resized(entry.contentRect.width, entry.contentRect.height);
  });
  observer.observe(element);
  return () => {
    observer.disconnect();
  };
}

/** The page's colours, as the style sheet has them for the theme at hand. */
export function colour(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
