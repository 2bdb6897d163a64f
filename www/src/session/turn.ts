import type { Picture } from 'metriclab';
import { ANGLES } from '../store/settings';

/**
 * The engine turns each picture to lie like the one before, until it goes on with a saved run: its next picture may then be
 * turned or mirrored. A turn brings it, and every later one, back over the last picture from before.
 */
export class Turn {
  #reference: Picture | null = null;
  #code = 0;

  /** Twice the number of the angle, and 1 more for a mirror. */
  get code(): number {
    return this.#code;
  }

  /** The engine's next picture shall lie like `reference`; without one, it is turned by `code`. */
  renew(reference: Picture | null, code = 0): void {
    this.#reference = reference;
    this.#code = code;
  }

  apply(picture: Picture): Picture {
    if (this.#reference) {
      this.#code = turnOnto(picture, this.#reference);
      this.#reference = null;
    }
    if (this.#code === 0) return picture;
    const angle = (Math.PI * (this.#code - (this.#code % 2))) / ANGLES;
    const [cos, sin, flip] = [Math.cos(angle), Math.sin(angle), this.#code % 2 === 1 ? -1 : 1];
    const xy = new Float32Array(picture.xy.length);
    for (let at = 0; at < xy.length; at += 2) {
      const [x, y] = [picture.xy[at] ?? NaN, flip * (picture.xy[at + 1] ?? NaN)];
      [xy[at], xy[at + 1]] = [cos * x - sin * y, sin * x + cos * y];
    }
    return { ...picture, xy };
  }
}

/** The turn, with or without a mirror, that brings the samples of `picture` closest to their places in `reference`. */
export function turnOnto(picture: Picture, reference: Picture): number {
  const places = new Map<number, number>();
  reference.indices.forEach((index, at) => places.set(index, 2 * at));
  let [cos, sin, mirrorCos, mirrorSin] = [0, 0, 0, 0];
  picture.indices.forEach((index, k) => {
    const at = places.get(index);
    if (at === undefined) return;
    const [x, y] = [picture.xy[2 * k] ?? 0, picture.xy[2 * k + 1] ?? 0];
    const [u, v] = [reference.xy[at] ?? 0, reference.xy[at + 1] ?? 0];
    cos += x * u + y * v;
    sin += x * v - y * u;
    mirrorCos += x * u - y * v;
    mirrorSin += x * v + y * u;
  });
  const mirror = Math.hypot(mirrorCos, mirrorSin) > Math.hypot(cos, sin);
  const angle = mirror ? Math.atan2(mirrorSin, mirrorCos) : Math.atan2(sin, cos);
  const nearest = Math.round((angle / (2 * Math.PI)) * ANGLES);
  return 2 * ((nearest + ANGLES) % ANGLES) + (mirror ? 1 : 0);
}
