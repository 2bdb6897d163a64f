/**
 * Reads gzip of any number of members (RFC 1952, section 2.2), each compressed by deflate (RFC 1951).
 *
 * The browser's `DecompressionStream` reads one member and refuses the bytes after it. The package asks the browser
 * first, because it is several times as fast, and uses this reader where the browser refuses.
 */

const TRUNCATED = 'it is cut short';
/** Base and extra bits of the lengths that the symbols 257 to 285 begin. */
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const LENGTH_BASE = [...bases(LENGTH_EXTRA.slice(0, 28), 3), 258];
const DISTANCE_EXTRA = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));
const DISTANCE_BASE = bases(DISTANCE_EXTRA, 1);
/** The order of the lengths of the code in which a block writes its code lengths. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END_OF_BLOCK = 256;

function bases(extra: readonly number[], first: number): number[] {
  let next = first;
  return extra.map((bits) => {
    const base = next;
    next += 1 << bits;
    return base;
  });
}

/** The reason why a gzip file cannot be read. */
export class Damage extends Error {}

/** The next bits of a file, the lowest first. */
class Bits {
  at: number;
  #held = 0;
  #count = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** The next 15 bits without taking them; those beyond the end are 0. */
  peek(): number {
    while (this.#count < 15) {
      this.#held |= (this.#bytes[this.at++] ?? 0) << this.#count;
      this.#count += 8;
    }
    return this.#held & 0x7fff;
  }

  skip(count: number): void {
    this.#held >>>= count;
    this.#count -= count;
    if (this.at - (this.#count >> 3) > this.#bytes.length) throw new Damage(TRUNCATED);
  }

  take(count: number): number {
    if (count === 0) return 0;
    const value = this.peek() & ((1 << count) - 1);
    this.skip(count);
    return value;
  }

  /** Gives back whole bytes and drops the rest of one. Returns where the next byte is. */
  align(): number {
    this.at -= this.#count >> 3;
    this.#held = 0;
    this.#count = 0;
    return this.at;
  }
}

/** A Huffman code, indexed by the next bits: symbol << 4 | length; 0 where no word begins with those bits. */
interface Code {
  readonly table: Uint16Array;
  readonly mask: number;
}

function codeOf(lengths: readonly number[]): Code {
  const longest = Math.max(1, ...lengths);
  const counts = new Uint16Array(16);
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1;
  const next = new Uint32Array(16);
  let [code, left] = [0, 1];
  for (let bits = 1; bits <= 15; bits++) {
    code = (code + (counts[bits - 1] ?? 0)) << 1;
    next[bits] = code;
    left = 2 * left - (counts[bits] ?? 0);
    if (left < 0) throw new Damage('a Huffman code is oversubscribed');
  }
  // RFC 1951, section 3.2.7: a code of one word has one bit, and the other word is unused.
  if (left > 0 && longest > 1) throw new Damage('a Huffman code is incomplete');
  const table = new Uint16Array(1 << longest);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const word = next[length] ?? 0;
    next[length] = word + 1;
    for (let at = reversed(word, length); at < table.length; at += 1 << length)
      table[at] = (symbol << 4) | length;
  });
  return { table, mask: table.length - 1 };
}

function reversed(word: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((word >> i) & 1) << (length - 1 - i);
  return result;
}

function symbolOf(bits: Bits, { table, mask }: Code): number {
  const entry = table[bits.peek() & mask] ?? 0;
  if (entry === 0) throw new Damage('a code word is unknown');
  bits.skip(entry & 15);
  return entry >> 4;
}

const fixed = (): readonly [Code, Code] => [
  codeOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
  codeOf(new Array<number>(32).fill(5)),
];

/** Reads a block's own codes: of literals and lengths, and of distances. */
function dynamic(bits: Bits): readonly [Code, Code] {
  const [literals, distances, told] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4];
  if (literals > 286 || distances > 30) throw new Damage('a block names too many symbols');
  const first = new Array<number>(19).fill(0);
  for (const at of ORDER.slice(0, told)) first[at] = bits.take(3);
  const code = codeOf(first);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    const symbol = symbolOf(bits, code);
    if (symbol < 16) {
      lengths.push(symbol);
      continue;
    }
    if (symbol === 16 && lengths.length === 0)
      throw new Damage('a block repeats a code length before the first');
    const length = symbol === 16 ? (lengths.at(-1) ?? 0) : 0;
    const times = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    for (let i = 0; i < times; i++) lengths.push(length);
  }
  if (lengths.length > literals + distances) throw new Damage('a block has more code lengths than symbols');
  if (lengths[END_OF_BLOCK] === 0) throw new Damage('a block has no end');
  return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals))];
}

/** Bytes that grow, up to a limit. */
class Output {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  readonly #limit: number;
  readonly #tooLarge: () => Error;

  constructor(expected: number, limit: number, tooLarge: () => Error) {
    this.bytes = new Uint8Array(Math.min(expected, limit));
    this.#limit = limit;
    this.#tooLarge = tooLarge;
  }

  /** Makes room for more bytes at the end. */
  grow(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    if (needed > this.#limit) throw this.#tooLarge();
    const larger = new Uint8Array(Math.min(this.#limit, Math.max(needed, 2 * this.bytes.length, 1 << 16)));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

/** One block of deflate. `start` is where its member begins in the output. */
function block(bits: Bits, bytes: Uint8Array, output: Output, start: number): void {
  const kind = bits.take(2);
  if (kind === 0) {
    stored(bits, bytes, output);
    return;
  }
  if (kind === 3) throw new Damage('a block is of an unknown kind');
  const [literals, distances] = kind === 1 ? fixed() : dynamic(bits);
  for (let symbol = symbolOf(bits, literals); symbol !== END_OF_BLOCK; symbol = symbolOf(bits, literals)) {
    if (symbol < END_OF_BLOCK) {
      output.grow(1);
      output.bytes[output.length++] = symbol;
    } else {
      copy(bits, output, start, symbol, distances);
    }
  }
}

function stored(bits: Bits, bytes: Uint8Array, output: Output): void {
  const at = bits.align();
  if (at + 4 > bytes.length) throw new Damage(TRUNCATED);
  const length = word(bytes, at, 2);
  if (length !== (~word(bytes, at + 2, 2) & 0xffff)) throw new Damage('the length of a block does not check');
  if (at + 4 + length > bytes.length) throw new Damage(TRUNCATED);
  output.grow(length);
  output.bytes.set(bytes.subarray(at + 4, at + 4 + length), output.length);
  output.length += length;
  bits.at = at + 4 + length;
}

/** Repeats earlier output. */
function copy(bits: Bits, output: Output, start: number, symbol: number, distances: Code): void {
  const base = LENGTH_BASE[symbol - 257];
  if (base === undefined) throw new Damage('a length is unknown');
  const length = base + bits.take(LENGTH_EXTRA[symbol - 257] ?? 0);
  const far = symbolOf(bits, distances);
  const reach = DISTANCE_BASE[far];
  if (reach === undefined) throw new Damage('a distance is unknown');
  const distance = reach + bits.take(DISTANCE_EXTRA[far] ?? 0);
  if (distance > output.length - start) throw new Damage('a distance reaches before the beginning');
  output.grow(length);
  const { bytes } = output;
  // Byte by byte: the source may overlap the target.
  for (let i = 0; i < length; i++, output.length++)
    bytes[output.length] = bytes[output.length - distance] ?? 0;
}

let crcTable: Uint32Array | null = null;

/** The CRC-32 of gzip and zip. */
export function crc32(bytes: Uint8Array): number {
  crcTable ??= Uint32Array.from({ length: 256 }, (_, i) => {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value;
  });
  let crc = ~0;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** A number of `size` bytes, little-endian. */
function word(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value += (bytes[at + i] ?? 0) * 256 ** i;
  return value;
}

/** Where the deflate of the member at `at` begins. */
function afterHeader(bytes: Uint8Array, at: number): number {
  const flags = bytes[at + 3] ?? 0;
  if (at + 10 > bytes.length) throw new Damage(TRUNCATED);
  if (bytes[at + 2] !== 8 || flags & 0xe0) throw new Damage('its header is of an unknown kind');
  let next = at + 10;
  if (flags & 4) next += 2 + word(bytes, next, 2);
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, next);
    if (end < 0) throw new Damage(TRUNCATED);
    next = end + 1;
  }
  if (flags & 2) {
    if (next + 2 <= bytes.length && word(bytes, next, 2) !== (crc32(bytes.subarray(at, next)) & 0xffff))
      throw new Damage('the checksum of its header does not match');
    next += 2;
  }
  if (next > bytes.length) throw new Damage(TRUNCATED);
  return next;
}

const begins = (bytes: Uint8Array, at: number) => bytes[at] === 0x1f && bytes[at + 1] === 0x8b;

/** Whether bytes say of themselves that they are gzip. */
export function isGzip(bytes: Uint8Array): boolean {
  return begins(bytes, 0);
}

/**
 * Unpacks every member, one after the other; zeros may follow the last, as on tapes. Yields after each block, so that a
 * page can do something else. Throws `Damage`, or what `tooLarge` makes beyond `limit` bytes.
 */
export function* inflate(
  bytes: Uint8Array,
  limit: number,
  tooLarge: () => Error,
): Generator<undefined, Uint8Array<ArrayBuffer>> {
  const output = new Output(expectedSize(bytes), limit, tooLarge);
  for (let at = 0; at < bytes.length;) {
    if (!begins(bytes, at)) {
      if (bytes.subarray(at).every((byte) => byte === 0)) break;
      throw new Damage(`${bytes.length - at} bytes that are not gzip follow it`);
    }
    const start = output.length;
    const bits = new Bits(bytes, afterHeader(bytes, at));
    for (let last = false; !last;) {
      last = bits.take(1) === 1;
      block(bits, bytes, output, start);
      yield;
    }
    at = bits.align() + 8;
    if (at > bytes.length) throw new Damage(TRUNCATED);
    const member = output.bytes.subarray(start, output.length);
    if (word(bytes, at - 8, 4) !== crc32(member)) throw new Damage('its checksum does not match');
    if (word(bytes, at - 4, 4) !== member.length % 2 ** 32) throw new Damage('its length does not match');
  }
  return output.bytes.subarray(0, output.length);
}

/** Bytes of the last member, as its end says: all of them in most files. A file can lie, so it is only where to begin. */
export function expectedSize(bytes: Uint8Array): number {
  return bytes.length < 18 ? 0 : Math.min(word(bytes, bytes.length - 4, 4), 1100 * bytes.length);
}
