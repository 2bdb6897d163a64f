const MASK = (1n << 64n) - 1n;
const rotated = (word: bigint, by: bigint): bigint => ((word << by) | (word >> (64n - by))) & MASK;

/** splitmix64 (Steele, Lea and Flood 2014): the next word, and the state after it. */
function splitmix(state: bigint): readonly [word: bigint, state: bigint] {
  const next = (state + 0x9e3779b97f4a7c15n) & MASK;
  let z = next;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return [z ^ (z >> 31n), next];
}

type State = [bigint, bigint, bigint, bigint];

/** The core's stream of random numbers (`src/random.rs`): xoshiro256++, the same bits for the same seed. */
export class Random {
  #state: State;

  constructor(seed: number) {
    let mixer = BigInt(seed);
    this.#state = Array.from({ length: 4 }, () => {
      const [word, next] = splitmix(mixer);
      mixer = next;
      return word;
    }) as State;
  }

  bits(): bigint {
    const s = this.#state;
    const result = (rotated((s[0] + s[3]) & MASK, 23n) + s[0]) & MASK;
    const t = (s[1] << 17n) & MASK;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotated(s[3], 45n);
    return result;
  }

  /** A whole number of 0..n, each equally likely. */
  below(n: number): number {
    const size = BigInt(n);
    let wide = this.bits() * size;
    if ((wide & MASK) < size) {
      const sliver = (MASK + 1n - size) % size;
      while ((wide & MASK) < sliver) wide = this.bits() * size;
    }
    return Number(wide >> 64n);
  }

  /** A number of [0, 1), a multiple of 2⁻²⁴. */
  uniform(): number {
    return Number(this.bits() >> 40n) / 16_777_216;
  }

  /** A draw of mean 0 and variance 1, by Marsaglia's polar method. */
  normal(): number {
    for (;;) {
      const [u, v] = [this.#signed(), this.#signed()];
      const s = u * u + v * v;
      if (s > 0 && s < 1) return Math.fround(u * Math.sqrt((-2 * Math.log(s)) / s));
    }
  }

  /** The items in a random order, as a new list. */
  shuffled<T>(items: readonly T[]): T[] {
    const order = [...items];
    for (let last = order.length - 1; last > 0; last--) {
      const at = this.below(last + 1);
      [order[last], order[at]] = [order[at] as T, order[last] as T];
    }
    return order;
  }

  #signed(): number {
    return Number(this.bits() >> 11n) * (2 / 9_007_199_254_740_992) - 1;
  }
}
