/** A leaf this deep is not divided: its points are one for all purposes. */
const DEEPEST = 40;

/** Points in the plane in squares that are divided until each holds one, with the sum of what is in each. */
export class QuadTree {
  /** The first of a square's four parts, which stand together; 0 for a leaf. */
  #parts = new Int32Array(0);
  #mass = new Float64Array(0);
  #sumX = new Float64Array(0);
  #sumY = new Float64Array(0);
  #side = new Float64Array(0);
  #used = 0;
  /** Squares still to be visited: three at most stay behind on each level. */
  readonly #open = new Int32Array(4 * (DEEPEST + 2));

  /** Sorts the points in, two numbers each. What was in it is forgotten. */
  build(xy: Float32Array): void {
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < xy.length; i += 2) {
      const [x, y] = [xy[i] ?? 0, xy[i + 1] ?? 0];
      left = Math.min(left, x);
      right = Math.max(right, x);
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
    const side = Math.max(right - left, high - low, Number.MIN_VALUE);
    this.#used = 0;
    this.#take(1, side);
    for (let i = 0; i < xy.length; i += 2)
      this.#put(xy[i] ?? 0, xy[i + 1] ?? 0, (left + right) / 2, (low + high) / 2);
  }

  /**
   * The push of all points on one at (x, y), by Student's t: Σ q (force of one: q² (there - here)), where q = 1 / (1 + d²).
   * `into` receives Σ q² dx, Σ q² dy and Σ q, the point itself (q = 1) included. A square stands for its points where its side is
   * below √`wide` times its distance (Barnes & Hut 1986).
   */
  push(x: number, y: number, wide: number, into: Float64Array): void {
    const [open, masses, sumsX, sumsY] = [this.#open, this.#mass, this.#sumX, this.#sumY];
    const [sides, partsOf] = [this.#side, this.#parts];
    let fx = 0;
    let fy = 0;
    let sum = 0;
    let waiting = 1;
    open[0] = 0;
    while (waiting > 0) {
      waiting -= 1;
      const at = open[waiting] ?? 0;
      const mass = masses[at] ?? 0;
      if (mass === 0) continue;
      const dx = x - (sumsX[at] ?? 0) / mass;
      const dy = y - (sumsY[at] ?? 0) / mass;
      const square = dx * dx + dy * dy;
      const side = sides[at] ?? 0;
      const parts = partsOf[at] ?? 0;
      if (parts === 0 || side * side < wide * square) {
        const q = 1 / (1 + square);
        const force = mass * q * q;
        sum += mass * q;
        fx += force * dx;
        fy += force * dy;
      } else {
        for (let part = 0; part < 4; part++) open[waiting++] = parts + part;
      }
    }
    into[0] = fx;
    into[1] = fy;
    into[2] = sum;
  }

  #put(x: number, y: number, midX: number, midY: number): void {
    let at = 0;
    for (let depth = 0; ; depth++) {
      const mass = this.#mass[at] ?? 0;
      const [ownX, ownY] = [(this.#sumX[at] ?? 0) / mass, (this.#sumY[at] ?? 0) / mass];
      this.#add(at, 1, x, y);
      if ((this.#parts[at] ?? 0) === 0) {
        if (mass === 0 || depth === DEEPEST || (ownX === x && ownY === y)) return;
        const parts = this.#divide(at);
        this.#add(parts + quarter(ownX, ownY, midX, midY), mass, ownX, ownY);
      }
      const part = quarter(x, y, midX, midY);
      at = (this.#parts[at] ?? 0) + part;
      const half = (this.#side[at] ?? 0) / 2;
      midX += part & 1 ? half : -half;
      midY += part & 2 ? half : -half;
    }
  }

  #add(at: number, mass: number, x: number, y: number): void {
    this.#mass[at] = (this.#mass[at] ?? 0) + mass;
    this.#sumX[at] = (this.#sumX[at] ?? 0) + mass * x;
    this.#sumY[at] = (this.#sumY[at] ?? 0) + mass * y;
  }

  #divide(at: number): number {
    const parts = this.#take(4, (this.#side[at] ?? 0) / 2);
    this.#parts[at] = parts;
    return parts;
  }

  /** Empty squares, one after the other. */
  #take(count: number, side: number): number {
    const first = this.#used;
    this.#used += count;
    if (this.#used > this.#mass.length) this.#grow(2 * this.#used + 1024);
    for (const numbers of [this.#parts, this.#mass, this.#sumX, this.#sumY])
      numbers.fill(0, first, this.#used);
    this.#side.fill(side, first, this.#used);
    return first;
  }

  #grow(length: number): void {
    const longer = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const numbers = new Float64Array(length);
      numbers.set(old);
      return numbers;
    };
    const parts = new Int32Array(length);
    parts.set(this.#parts);
    this.#parts = parts;
    this.#mass = longer(this.#mass);
    this.#sumX = longer(this.#sumX);
    this.#sumY = longer(this.#sumY);
    this.#side = longer(this.#side);
  }
}

function quarter(x: number, y: number, midX: number, midY: number): number {
  return (x > midX ? 1 : 0) + (y > midY ? 2 : 0);
}
