import { blend, frameOf, type Frame } from '../geometry/camera';
import { NOWHERE } from './point-map';

/** Points on their way from one picture to the next. */
export class Motion {
  from: Float32Array = new Float32Array();
  to: Float32Array = new Float32Array();
  #fromFrame: Frame | null = null;
  #toFrame: Frame | null = null;
  #start = 0;
  #duration = 1;
  #lastPicture = 0;
  #placed = 0;

  /** Points that have a place. */
  get placed(): number {
    return this.#placed;
  }

  /** Takes the next picture; what is on its way goes on from where it is. */
  go(xy: Float32Array, now: number, still: boolean, frame = frameOf(xy)): void {
    const fresh = xy.length !== this.to.length;
    const t = this.at(now);
    const next = new Float32Array(xy.length);
    const from = new Float32Array(xy.length);
    let placed = 0;
    for (let i = 0; i < xy.length; i++) {
      const target = xy[i] ?? NaN;
      const known = Number.isFinite(target);
      next[i] = known ? target : NOWHERE;
      if (known) placed += 1;
      const old = fresh
        ? NOWHERE
        : (this.from[i] ?? NOWHERE) + ((this.to[i] ?? NOWHERE) - (this.from[i] ?? NOWHERE)) * t;
      from[i] = known && old < NOWHERE / 2 ? old : (next[i] ?? NOWHERE);
    }
    this.#fromFrame = fresh || still ? frame : this.frame(now);
    this.#toFrame = frame;
    this.from = from;
    this.to = next;
    this.#placed = placed / 2;
    // As long as the last picture took to come, so that the movement never stops in between.
    this.#duration = still || fresh ? 1 : Math.min(900, Math.max(180, 1.1 * (now - this.#lastPicture)));
    this.#start = now;
    this.#lastPicture = now;
  }

  /** How far the points have come; evenly, so that pictures that follow each other make one movement. */
  at(now: number): number {
    return Math.min(1, Math.max(0, (now - this.#start) / this.#duration));
  }

  moving(now: number): boolean {
    return now - this.#start < this.#duration;
  }

  frame(now: number): Frame {
    const home = { x: 0, y: 0, half: 1 };
    if (!this.#toFrame) return this.#fromFrame ?? home;
    return this.#fromFrame ? blend(this.#fromFrame, this.#toFrame, this.at(now)) : this.#toFrame;
  }

  /** Whether a point has a place where it is to end. */
  has(index: number): boolean {
    return (this.to[2 * index] ?? NOWHERE) < NOWHERE / 2;
  }

  /** Where a point is to end. */
  place(index: number): readonly [number, number] {
    return [this.to[2 * index] ?? NOWHERE, this.to[2 * index + 1] ?? NOWHERE];
  }

  placeNow(index: number, now: number): readonly [number, number] {
    const t = this.at(now);
    const mix = (at: number): number =>
      (this.from[at] ?? NOWHERE) + ((this.to[at] ?? NOWHERE) - (this.from[at] ?? NOWHERE)) * t;
    return [mix(2 * index), mix(2 * index + 1)];
  }
}
