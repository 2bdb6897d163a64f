import type { PackedDataset } from 'metriclab';

/** The part of a data set that is drawn. */
export type Pictures = Pick<PackedDataset, 'pixels' | 'count' | 'channels' | 'height' | 'width'>;

const PAGE_SIDE = 1024;

/** All pictures of a data set as pages of tiles, made one page at a time so that the page stays quick. */
export class Atlas {
  readonly columns: number;
  readonly perPage: number;
  readonly pages: number;
  readonly channels: 1 | 3;
  readonly #data: Pictures;

  constructor(data: Pictures) {
    this.#data = data;
    this.channels = data.channels < 3 ? 1 : 3;
    this.columns = Math.floor(PAGE_SIDE / Math.max(data.width, data.height));
    this.perPage = this.columns * this.columns;
    this.pages = Math.ceil(data.count / this.perPage);
  }

  get tile(): readonly [number, number] {
    return [this.#data.width, this.#data.height];
  }

  get side(): number {
    return this.columns * Math.max(this.#data.width, this.#data.height);
  }

  /** The bytes of one page: `channels` bytes a pixel. One channel is ink, turned to paper. */
  page(page: number): Uint8Array {
    const { pixels, count, width, height, channels: planes } = this.#data;
    const depth = this.channels;
    // Paper where there is no picture: a card mixes what lies beside a picture into its border.
    const bytes = new Uint8Array(this.side * this.side * depth).fill(255);
    const area = width * height;
    const first = page * this.perPage;
    for (let i = first; i < Math.min(first + this.perPage, count); i++) {
      const x0 = ((i - first) % this.columns) * width;
      const y0 = Math.floor((i - first) / this.columns) * height;
      for (let c = 0; c < depth; c++) {
        let from = (i * planes + c) * area;
        for (let y = 0; y < height; y++) {
          let to = ((y0 + y) * this.side + x0) * depth + c;
          for (let x = 0; x < width; x++, from++, to += depth) {
            const value = pixels[from] ?? 0;
            bytes[to] = depth === 1 ? 255 - value : value;
          }
        }
      }
    }
    return bytes;
  }
}
