import type { Picture } from 'metriclab';

/**
 * The engine turns each picture to lie like the one before, until it goes on with a saved run: its next picture may then be
 * turned or mirrored. A turn brings it, and every later one, back over the last picture from before.
 */
export class Turn {
  #reference: Picture | null = null;
  #turn: readonly [cos: number, sin: number, flip: 1 | -1] = [1, 0, 1];

  /** The engine's next picture shall lie like `reference`; null for a new session, whose pictures lie as they come. */
  renew(reference: Picture | null): void {
    this.#reference = reference;
    this.#turn = [1, 0, 1];
  }

  apply(picture: Picture): Picture {
    if (this.#reference) {
      this.#turn = turnOnto(picture, this.#reference);
      this.#reference = null;
    }
    const [cos, sin, flip] = this.#turn;
    if (cos === 1 && flip === 1) return picture;
    const xy = new Float32Array(picture.xy.length);
    for (let at = 0; at < xy.length; at += 2) {
      const [x, y] = [picture.xy[at] ?? NaN, flip * (picture.xy[at + 1] ?? NaN)];
      [xy[at], xy[at + 1]] = [cos * x - sin * y, sin * x + cos * y];
    }
    return { ...picture, xy };
  }
}

/** The turn, with or without a mirror, that brings the samples of `picture` closest to their places in `reference`. */
function turnOnto(picture: Picture, reference: Picture): readonly [number, number, 1 | -1] {
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
  const [plain, mirrored] = [Math.hypot(cos, sin), Math.hypot(mirrorCos, mirrorSin)];
  if (plain === 0 && mirrored === 0) return [1, 0, 1];
  return mirrored > plain ? [mirrorCos / mirrored, mirrorSin / mirrored, -1] : [cos / plain, sin / plain, 1];
}
