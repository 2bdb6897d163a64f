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

/** Calls `changed` whenever a CSS pixel has more or fewer pixels of the screen: the page is zoomed, or its window is moved to another screen. */
export function watchSharpness(changed: () => void): () => void {
  let query: MediaQueryList;
  const watch = (): void => {
    query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener('change', tell, { once: true });
  };
  const tell = (): void => {
    watch();
    changed();
  };
  watch();
  return () => {
    query.removeEventListener('change', tell);
  };
}

/** Calls `changed` with the element's size, now and whenever that or the screen's sharpness changes: what is drawn in it is to be drawn anew. */
export function watchSurface(element: Element, changed: (width: number, height: number) => void): () => void {
  const observer = new ResizeObserver(([entry]) => {
    if (entry) changed(entry.contentRect.width, entry.contentRect.height);
  });
  observer.observe(element);
  const deaf = watchSharpness(() => {
    // Observed anew, it tells the size once more.
    observer.unobserve(element);
    observer.observe(element);
  });
  return () => {
    deaf();
    observer.disconnect();
  };
}

/** The page's colours, as the style sheet has them for the theme at hand. */
export function colour(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
