/** What a reader does to move. */
const MOVES = ['wheel', 'touchmove', 'keydown', 'pointerdown'];

/**
 * Holds a place that a link led to. Letters and figures come late and move the text: it is then placed once more, until the reader
 * moves, or a page's own script scrolls.
 */
export class Held {
  readonly #whole: HTMLElement;
  readonly #target: HTMLElement;
  readonly #place: () => void;
  readonly #reader = new AbortController();
  #height = 0;
  #top = 0;

  /** `whole` is as high as all that may move `target`; `place` brings it into view. */
  constructor(whole: HTMLElement, target: HTMLElement, place: () => void) {
    this.#whole = whole;
    this.#target = target;
    this.#place = place;
    const { signal } = this.#reader;
    for (const move of MOVES)
      window.addEventListener(
        move,
        () => {
          this.end();
        },
        { passive: true, signal },
      );
    window.addEventListener(
      'scroll',
      () => {
        if (!this.shifting && Math.abs(target.getBoundingClientRect().top - this.#top) > 1) this.end();
      },
      { signal },
    );
    const observer = new ResizeObserver(() => {
      if (this.shifting) this.#again();
    });
    observer.observe(whole);
    signal.addEventListener('abort', () => {
      observer.disconnect();
    });
    void document.fonts.ready.then(() => {
      if (!signal.aborted) this.#again();
    });
    this.#again();
  }

  /** Whether the text has moved since it was placed. */
  get shifting(): boolean {
    return !this.#reader.signal.aborted && this.#whole.offsetHeight !== this.#height;
  }

  end(): void {
    this.#reader.abort();
  }

  #again(): void {
    this.#height = this.#whole.offsetHeight;
    this.#place();
    this.#top = this.#target.getBoundingClientRect().top;
  }
}
