// Small damage to bytes, by a seed.
/** mulberry32: any seed can be repeated alone. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const NUMBERS = [0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xffffffff, 0x80000000];
const TEXTS = [
  '__proto__',
  '<img src=x onerror=alert(1)>',
  'NaN',
  '1e999',
  '"',
  '\n',
  '[',
  '{"a":',
  '\0',
  '9'.repeat(40),
  ','.repeat(50),
  '\ud800',
];

const CHANGES = [
  (bytes, below) => bytes.subarray(0, below(bytes.length + 1)),
  (bytes, below) => bytes.with(below(bytes.length), below(256)),
  (bytes, below) => bytes.with(below(bytes.length), bytes[below(bytes.length)] ^ (1 << below(8))),
  (bytes, below) => {
    const at = below(Math.max(1, bytes.length - 4));
    const copy = Buffer.from(bytes);
    if (bytes.length >= 4) copy.writeUInt32LE(NUMBERS[below(NUMBERS.length)], Math.min(at, bytes.length - 4));
    return copy;
  },
  (bytes, below) => {
    const [from, to] = [below(bytes.length), below(bytes.length)];
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, below) => {
    const at = below(bytes.length + 1);
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(TEXTS[below(TEXTS.length)]),
      bytes.subarray(at),
    ]);
  },
  (bytes, below) => Buffer.from(bytes).fill(below(256), below(bytes.length), below(bytes.length)),
];

/** One to four changes. */
export function changed(bytes, below) {
  let made = Buffer.from(bytes);
  for (let changes = 1 + below(4); changes > 0 && made.length > 0; changes -= 1)
    made = Buffer.from(CHANGES[below(CHANGES.length)](made, below));
  return made;
}
