import type { Pictures } from './atlas';
import { covered, kindOf, packed, shrunk, STEPS, strengthOf, type Kind } from './mark-stamps';
import { beneath, COVERED, type StampedFrame } from './stamped-frame';

/** Along one side of a picture, for each pixel that it covers: the two values it lies between, how near it is to the second, of 256, and whether it is of the rim. */
interface Side {
  /** The first pixel, counted from that of the middle. */
  readonly first: number;
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly weight: Int32Array;
  readonly rim: Uint8Array;
}

function sideOf(side: number, middle: number, length: number, border: number): Side {
  const [first, end] = covered(side, middle);
  const places = Float64Array.from(
    { length: end - first },
    (_, k) => (first + k + 0.5 - middle) / side + 0.5,
  );
  const values = places.map((place) => Math.min(length - 1, Math.max(0, place * length - 0.5)));
  return {
    first,
    before: Int32Array.from(values),
    after: Int32Array.from(values, (value) => Math.min(length - 1, Math.floor(value) + 1)),
    weight: Int32Array.from(values, (value) => Math.round(256 * (value % 1))),
    rim: Uint8Array.from(places, (place) => (Math.abs(2 * place - 1) > 1 - border ? 1 : 0)),
  };
}

/** The samples' own pictures as points, scaled as they are drawn. */
export class PictureStamps {
  readonly #pictures: Pictures;
  readonly #sides = new Map<number, Side>();
  /** By kind, how ink of each darkness looks; colourful pictures use the last for their rim. */
  readonly #inks = new Map<number, Int32Array>();
  #side = 0;
  #border = 0;

  constructor(pictures: Pictures) {
    this.#pictures = pictures;
  }

  get count(): number {
    return this.#pictures.count;
  }

  /** `side` in pixels of the screen, of which a CSS pixel has `ratio`. */
  prepare(side: number, ratio: number): void {
    const border = (Math.min(2.5, Math.max(1, side / ratio / 16)) * ratio * 2) / side;
    if (side === this.#side && border === this.#border) return;
    this.#side = side;
    this.#border = border;
    this.#sides.clear();
  }

  /** Puts a picture under what is there. The middle's pixel is (x, y) of the frame, and its place there is in steps. */
  stamp(
    frame: StampedFrame,
    index: number,
    number: number,
    x: number,
    y: number,
    column: number,
    row: number,
  ): void {
    const kind = kindOf(number);
    const { width, height, channels } = this.#pictures;
    const across = this.#sideAt(kind.near, column, width);
    const down = this.#sideAt(kind.near, row, height);
    const inks = this.#inksOf(number, kind);
    const [left, top] = [x + across.first, y + down.first];
    const { margin, stride, pixels } = frame;
    const from = Math.max(0, margin - left);
    const to = Math.min(across.before.length, margin + frame.width - left);
    const last = Math.min(down.before.length, margin + frame.height - top);
    const grey = channels < 3;
    const parts = Math.round(256 * strengthOf(kind.near));
    const opacity = inks[255] ?? 0;
    for (let v = Math.max(0, margin - top); v < last; v++)
      for (let u = from; u < to; u++) {
        const at = (top + v) * stride + left + u;
        const over = pixels[at] ?? 0;
        if (over >>> 24 >= COVERED) continue;
        const rim = across.rim[u] === 1 || down.rim[v] === 1;
        // One channel is ink: it is drawn in the colour of its class, and unseen classes get a frame.
        let low = opacity;
        if (grey && !(rim && kind.hollow)) low = inks[this.#value(index, 0, across, u, down, v)] ?? 0;
        else if (!grey && !rim)
          low =
            (opacity & 0xff000000) |
            (((this.#value(index, 2, across, u, down, v) * parts) >> 8) << 16) |
            (((this.#value(index, 1, across, u, down, v) * parts) >> 8) << 8) |
            ((this.#value(index, 0, across, u, down, v) * parts) >> 8);
        const sum = beneath(over, low);
        pixels[at] = sum;
        if (sum >>> 24 >= COVERED) frame.cover(at);
      }
  }

  /** A value between four of a plane. */
  #value(index: number, plane: number, across: Side, u: number, down: Side, v: number): number {
    const { pixels, channels, width, height } = this.#pictures;
    const begin = (index * channels + plane) * width * height;
    const high = begin + (down.before[v] ?? 0) * width;
    const low = begin + (down.after[v] ?? 0) * width;
    const before = across.before[u] ?? 0;
    const after = across.after[u] ?? 0;
    const weight = across.weight[u] ?? 0;
    const above = (pixels[high + before] ?? 0) * (256 - weight) + (pixels[high + after] ?? 0) * weight;
    const below = (pixels[low + before] ?? 0) * (256 - weight) + (pixels[low + after] ?? 0) * weight;
    const share = down.weight[v] ?? 0;
    return (above * (256 - share) + below * share + 0x8000) >> 16;
  }

  #sideAt(near: number, step: number, length: number): Side {
    const key = (near * 1024 + length) * STEPS + step;
    let side = this.#sides.get(key);
    if (!side) {
      side = sideOf(this.#side * shrunk(near), (step + 0.5) / STEPS, length, this.#border);
      this.#sides.set(key, side);
    }
    return side;
  }

  #inksOf(number: number, { colour, near }: Kind): Int32Array {
    let inks = this.#inks.get(number);
    if (!inks) {
      inks = Int32Array.from({ length: 256 }, (_, ink) => packed(colour, (strengthOf(near) * ink) / 255));
      this.#inks.set(number, inks);
    }
    return inks;
  }
}
