const ADVANCE_GOAL_MS = 100;
const MOST_STEPS = 200;
/** Shares of the time spent on training that go to pictures and to scores. */
const PICTURE_SHARE = 0.25;
const SCORE_SHARE = 0.15;
const SCORE_EVERY_MS = 3000;
/** Only after so long is it known how long the rest takes: the first steps are slower. */
const KNOWN_MS = 5000;

/** Decides how much to ask of the engine at once, from how long it took before. */
export class Pace {
  steps = 1;
  #pictureCost = 100;
  #pictureDebt = 0;
  #scoreDebt = 0;
  #lastScore = -Infinity;
  #scoreCost = 0;
  #rate = 0;
  #wall = 0;

  /** Steps a second, smoothed. */
  get rate(): number {
    return this.#rate;
  }

  advanced(steps: number, ms: number, wall: number): void {
    const perStep = Math.max(ms / steps, 0.05);
    const wanted = Math.round(ADVANCE_GOAL_MS / perStep);
    // Twice as much at most: the first steps are slower than the rest.
    this.steps = Math.max(1, Math.min(wanted, this.steps * 2, MOST_STEPS));
    this.#wall += wall;
    this.#pictureDebt += ms * PICTURE_SHARE;
    this.#scoreDebt += ms * SCORE_SHARE;
    const now = (1000 * steps) / Math.max(wall, 1);
    this.#rate = this.#rate === 0 ? now : 0.8 * this.#rate + 0.2 * now;
  }

  /** How long so many further steps take; null while that is not known. */
  secondsFor(steps: number): number | null {
    return this.#wall < KNOWN_MS ? null : steps / this.#rate;
  }

  get pictureDue(): boolean {
    return this.#pictureDebt >= this.#pictureCost;
  }

  pictured(ms: number): void {
    this.#pictureDebt = Math.max(0, this.#pictureDebt - ms);
    this.#pictureCost = 0.7 * this.#pictureCost + 0.3 * ms;
  }

  scoresDue(now: number): boolean {
    return now - this.#lastScore > SCORE_EVERY_MS && this.#scoreDebt >= this.#scoreCost;
  }

  scored(ms: number, now: number): void {
    this.#scoreCost = ms;
    this.#scoreDebt = Math.max(0, this.#scoreDebt - ms);
    this.#lastScore = now;
  }

  restart(): void {
    this.#rate = 0;
    this.#wall = 0;
    this.#pictureDebt = 0;
    this.#scoreDebt = 0;
    this.#lastScore = -Infinity;
  }
}
