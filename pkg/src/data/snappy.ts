/**
 * Walks over the elements of a Snappy stream, and refuses one that is longer or shorter than it should be. hyparquet reads a
 * literal's length of four bytes as a signed number, and goes back over the stream where it is negative, for seconds.
 *
 * @throws Error for damage.
 */
export function checkSnappy(packed: Uint8Array, size: number): void {
  const number = (at: number, bytes: number): number => {
    let value = 0;
    for (let place = 0; place < bytes; place += 1) value += (packed[at + place] ?? 0) * 2 ** (8 * place);
    return value;
  };
  let [at, written] = [0, 0];
  while ((packed[at] ?? 0) >= 128) at += 1;
  for (at += 1; at < packed.length && written <= size;) {
    const head = packed[at] ?? 0;
    const kind = head & 3;
    at += 1;
    if (kind === 0) {
      // Lengths beyond 60 are in one to four further bytes.
      const more = Math.max(0, (head >> 2) - 59);
      const length = more === 0 ? (head >> 2) + 1 : number(at, more) + 1;
      at += more + length;
      written += length;
    } else {
      at += kind === 3 ? 4 : kind;
      written += kind === 1 ? ((head >> 2) & 7) + 4 : (head >> 2) + 1;
    }
  }
  if (at !== packed.length || written !== size) throw new Error('a page packed by Snappy is damaged');
}
