import type { BatchView } from 'metriclab';
import { sharpContext, watchSize } from '../dom/canvas';
import { html } from '../dom/element';
import { sampleName } from '../i18n/class-name';
import { boundaries, extremes, heatPixels, scaleBar, type Extremes } from '../render/heat';
import { sampleCanvas } from '../render/sample';
import { watchTheme, type Theme } from '../render/theme';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

const RENEW_MS = 1500;
/** Lines between more classes than this would hide the picture. */
const MOST_LINES = 40;

class MatrixView {
  readonly #page: Page;
  readonly #canvas = html('canvas', { class: 'heat', 'data-testid': 'heat' });
  readonly #box: HTMLElement;
  readonly #cell = html('div', { class: 'cell', 'data-testid': 'cell', 'aria-live': 'polite' });
  readonly #facts = html('p', { class: 'note', 'data-testid': 'batch-counts' });
  readonly #ends = [html('span'), html('span')] as const;
  readonly #cleanup = new Cleanup();
  #batch: BatchView | null = null;
  #pixels: HTMLCanvasElement | null = null;
  #range: Extremes = { low: 0, high: 1 };
  #size = 0;
  #at: readonly [number, number] | null = null;
  #theme: Theme | null = null;
  #asking = false;
  #asked = 0;

  constructor(host: HTMLElement, page: Page) {
    this.#page = page;
    const { t } = page;
    this.#box = html(
      'div',
      {
        class: 'heat-box',
        tabindex: '0',
        role: 'application',
        'aria-label': t.text('matrix.label'),
        'data-testid': 'matrix',
      },
      this.#canvas,
    );
    const renew = html('button', { type: 'button', 'data-testid': 'matrix-renew' }, t.text('matrix.renew'));
    this.#cleanup.listen(renew, 'click', () => {
      void this.#ask();
    });
    host.replaceChildren(
      html('div', { class: 'heading' }, html('h2', {}, t.text('matrix.title')), renew),
      html('p', { class: 'note' }, t.text('matrix.how')),
      html(
        'div',
        { class: 'matrix-body' },
        this.#box,
        html(
          'div',
          { class: 'matrix-side' },
          html('div', { class: 'scale' }, this.#ends[0], scaleBar(), this.#ends[1]),
          this.#cell,
          this.#facts,
        ),
      ),
    );
    this.#watch();
    void this.#ask();
  }

  destroy(): void {
    this.#cleanup.run();
  }

  #watch(): void {
    const { session } = this.#page;
    this.#cleanup.add(
      watchSize(this.#box, (width, height) => {
        this.#size = Math.floor(Math.min(width, height));
        this.#draw();
      }),
      watchTheme((theme) => {
        this.#theme = theme;
        this.#draw();
      }),
      session.picture.onChange(() => {
        if (performance.now() - this.#asked > RENEW_MS) void this.#ask();
      }),
      session.info.onChange((info) => {
        if (info) void this.#ask();
      }),
    );
    this.#cleanup.listen(this.#canvas, 'pointermove', (event) => {
      const size = this.#batch?.indices.length ?? 0;
      const box = this.#canvas.getBoundingClientRect();
      this.#point(
        Math.floor(((event.clientY - box.top) / box.height) * size),
        Math.floor(((event.clientX - box.left) / box.width) * size),
      );
    });
    this.#cleanup.listen(this.#box, 'keydown', (event) => {
      const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (!way) return;
      event.preventDefault();
      const [row, column] = this.#at ?? [0, 0];
      const stride = event.shiftKey ? 10 : 1;
      this.#point(row + stride * (way[0] ?? 0), column + stride * (way[1] ?? 0));
    });
  }

  async #ask(): Promise<void> {
    if (this.#asking || !this.#page.session.info.value) return;
    this.#asking = true;
    this.#asked = performance.now();
    try {
      const batch = await this.#page.session.batch();
      this.#batch = batch;
      this.#range = extremes(batch.distances);
      const size = batch.indices.length;
      this.#pixels = html('canvas', { width: size, height: size });
      this.#pixels.getContext('2d')?.putImageData(heatPixels(batch, this.#range), 0, 0);
      this.#tell(batch);
      this.#draw();
      if (this.#at) this.#point(...this.#at);
    } catch (error) {
      this.#page.notices.fail(error, { tone: 'warning' });
    } finally {
      this.#asking = false;
    }
  }

  #tell({ counts, similarity, step, indices }: BatchView): void {
    const { t } = this.#page;
    const { low, high } = this.#range;
    const [near, far] = similarity ? [high, low] : [low, high];
    this.#ends[0].textContent = t.text('matrix.near', { value: t.decimal(near, 2) });
    this.#ends[1].textContent = t.text('matrix.far', { value: t.decimal(far, 2) });
    const { valid, hard, semihard, easy, mined } = counts;
    this.#facts.textContent = t.text('matrix.counts', {
      step: t.whole(step),
      size: indices.length,
      valid: t.whole(valid),
      hard: t.whole(hard),
      semihard: t.whole(semihard),
      easy: t.whole(easy),
      mined: t.whole(mined),
    });
  }

  #draw(): void {
    const batch = this.#batch;
    const size = this.#size;
    if (!batch || !this.#pixels || !this.#theme || size < 10) return;
    this.#canvas.style.width = `${size}px`;
    this.#canvas.style.height = `${size}px`;
    const context = sharpContext(this.#canvas, size, size);
    if (!context) return;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#pixels, 0, 0, size, size);
    const cell = size / batch.indices.length;
    const lines = boundaries(batch.labels);
    context.strokeStyle = 'rgb(255 255 255 / 0.75)';
    context.lineWidth = 1;
    context.beginPath();
    for (const at of lines.length < MOST_LINES ? lines : []) {
      const place = Math.round(at * cell) + 0.5;
      context.moveTo(place, 0);
      context.lineTo(place, size);
      context.moveTo(0, place);
      context.lineTo(size, place);
    }
    context.stroke();
    if (!this.#at) return;
    const [row, column] = this.#at;
    context.lineWidth = 2;
    context.strokeStyle = '#fff';
    context.strokeRect(column * cell - 2, row * cell - 2, cell + 4, cell + 4);
    context.strokeStyle = '#000';
    context.strokeRect(column * cell - 4, row * cell - 4, cell + 8, cell + 8);
  }

  #point(row: number, column: number): void {
    const { session, t } = this.#page;
    const data = session.data.value;
    const batch = this.#batch;
    if (!batch || !data) return;
    const size = batch.indices.length;
    const inside = (at: number): number => Math.max(0, Math.min(size - 1, at));
    const [i, j] = [inside(row), inside(column)];
    this.#at = [i, j];
    const [one, other] = [batch.indices[i] ?? 0, batch.indices[j] ?? 0];
    if (one >= data.count || other >= data.count) return;
    const value = t.decimal(batch.distances[i * size + j] ?? NaN, 3);
    const same = batch.labels[i] === batch.labels[j];
    this.#cell.replaceChildren(
      html('figure', {}, sampleCanvas(data, one), html('figcaption', {}, sampleName(data, one, t))),
      html('figure', {}, sampleCanvas(data, other), html('figcaption', {}, sampleName(data, other, t))),
      html(
        'p',
        {},
        html('b', {}, t.text(batch.similarity ? 'matrix.similarity' : 'matrix.distance', { value })),
        ' ',
        t.text(i === j ? 'matrix.self' : same ? 'matrix.same' : 'matrix.different'),
      ),
    );
    this.#draw();
  }
}

/** Distances between all pictures of the current batch, sorted by class. */
export const mountMatrix: Mount = (host, page) => {
  const view = new MatrixView(host, page);
  return () => {
    view.destroy();
    host.replaceChildren();
  };
};
