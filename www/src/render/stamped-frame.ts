/** From this opacity on, nothing beneath is seen. */
export const COVERED = 254;
/** Pixels of the side of a tile, as a power of two. */
const TILE = 3;
const TILE_PIXELS = 1 << (2 * TILE);

/** What is seen of `low` through `top`; colours are multiplied with their opacity. */
export function beneath(top: number, low: number): number {
  const through = 256 - (top >>> 24) - (top >>> 31);
  const redBlue = ((Math.imul(low & 0xff00ff, through) + 0x800080) >>> 8) & 0xff00ff;
  const greenAlpha = (Math.imul((low >>> 8) & 0xff00ff, through) + 0x800080) & 0xff00ff00;
  return (top + redBlue + greenAlpha) | 0;
}

/** `Math.round((255 * value) / alpha)` is `(value * PARTS[alpha] + 0x8000) >>> 16`. */
const PARTS = Int32Array.from({ length: 256 }, (_, alpha) =>
  alpha === 0 ? 0 : Math.round((255 * 65536) / alpha),
);

/** The pixels of a canvas, with a margin in which marks may end. They are filled from the top down, so that what is covered is skipped. */
export class StampedFrame {
  /** Four bytes a pixel in the order of a canvas. */
  pixels = new Int32Array();
  width = 0;
  height = 0;
  margin = 0;
  stride = 0;
  rows = 0;
  /** How many pixels of each tile are not covered yet. */
  #open = new Uint8Array();
  #tiles = 0;

  /** Makes all pixels transparent. */
  begin(width: number, height: number, margin: number): void {
    const whole = (length: number): number => (((length + 2 * margin) >> TILE) << TILE) + (1 << TILE);
    if (width !== this.width || height !== this.height || margin !== this.margin) {
      [this.width, this.height, this.margin] = [width, height, margin];
      [this.stride, this.rows] = [whole(width), whole(height)];
      this.#tiles = this.stride >> TILE;
      this.pixels = new Int32Array(this.stride * this.rows);
      this.#open = new Uint8Array((this.stride * this.rows) >> (2 * TILE));
    } else this.pixels.fill(0);
    this.#open.fill(TILE_PIXELS);
  }

  /** Whether all is covered that is at most `reach` away from a place, each way. */
  covered(x: number, y: number, reach: number): boolean {
    const open = this.#open;
    const tiles = this.#tiles;
    if (open[(y >> TILE) * tiles + (x >> TILE)] !== 0) return false;
    const left = (x - reach) >> TILE;
    const right = (x + reach) >> TILE;
    const bottom = (y + reach) >> TILE;
    for (let row = (y - reach) >> TILE; row <= bottom; row++)
      for (let at = row * tiles + left; at <= row * tiles + right; at++) if (open[at] !== 0) return false;
    return true;
  }

  /** Puts a stamp of `MarkStamps` under what is there. `middle` is a pixel. */
  stamp(numbers: Int32Array, begin: number, middle: number): void {
    const pixels = this.pixels;
    const end = begin + (numbers[begin] ?? 0);
    for (let k = begin + 1; k < end; k += 2) {
      const at = middle + (numbers[k] ?? 0);
      const top = pixels[at] ?? 0;
      if (top >>> 24 >= COVERED) continue;
      const sum = beneath(top, numbers[k + 1] ?? 0);
      pixels[at] = sum;
      if (sum >>> 24 >= COVERED) this.cover(at);
    }
  }

  /** A pixel has become covered. */
  cover(at: number): void {
    const row = (at / this.stride) | 0;
    const tile = (row >> TILE) * this.#tiles + ((at - row * this.stride) >> TILE);
    this.#open[tile] = (this.#open[tile] ?? 0) - 1;
  }

  /** Colours as `ImageData` has them: no longer multiplied with their opacity. */
  end(): void {
    const { pixels, stride, margin, width, height } = this;
    for (let row = margin; row < margin + height; row++)
      for (let at = row * stride + margin; at < row * stride + margin + width; at++) {
        const value = pixels[at] ?? 0;
        const alpha = value >>> 24;
        if (alpha === 0 || alpha === 255) continue;
        const part = PARTS[alpha] ?? 0;
        const red = (Math.imul(value & 255, part) + 0x8000) >>> 16;
        const green = (Math.imul((value >>> 8) & 255, part) + 0x8000) >>> 16;
        const blue = (Math.imul((value >>> 16) & 255, part) + 0x8000) >>> 16;
        pixels[at] = red | (green << 8) | (blue << 16) | (alpha << 24);
      }
  }
}
