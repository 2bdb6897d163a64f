/**
 * Unpacks an LZ4 frame (the format's specification 1.6.2): blocks that may refer to earlier ones, without checksums.
 *
 * @throws Error for damage; the output never grows.
 */
export function unpackFrame(packed: Uint8Array, output: Uint8Array): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (view.getUint32(0, true) !== 0x184d2204) throw new Error('it is no LZ4 frame');
  const flags = view.getUint8(4);
  let at = 7 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0);
  let written = 0;
  for (let size = view.getUint32(at, true); size !== 0; size = view.getUint32(at, true)) {
    const length = size & 0x7fffffff;
    const block = packed.subarray(at + 4, at + 4 + length);
    if (block.length !== length) throw new Error('an LZ4 block is cut short');
    if (size >>> 31) {
      if (written + length > output.length) throw new Error('an LZ4 block is too long');
      output.set(block, written);
      written += length;
    } else {
      written = unpackBlock(block, output, written);
    }
    at += 4 + length + (flags & 16 ? 4 : 0);
  }
  if (written !== output.length) throw new Error('an LZ4 frame is too short');
}

/** Returns where the output ends. */
function unpackBlock(block: Uint8Array, output: Uint8Array, start: number): number {
  let [at, to] = [0, start];
  const more = (length: number) => {
    if (length !== 15) return length;
    let total = length;
    for (;;) {
      const byte = block[at++] ?? 0;
      total += byte;
      if (byte !== 255) return total;
    }
  };
  while (at < block.length) {
    const token = block[at++] ?? 0;
    const literals = more(token >> 4);
    if (at + literals > block.length || to + literals > output.length)
      throw new Error('an LZ4 block is damaged');
    output.set(block.subarray(at, at + literals), to);
    [at, to] = [at + literals, to + literals];
    // The last sequence has literals only.
    if (at >= block.length) break;
    const distance = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8);
    at += 2;
    const length = more(token & 15) + 4;
    if (distance === 0 || distance > to || to + length > output.length)
      throw new Error('an LZ4 block is damaged');
    for (const end = to + length; to < end; to++) output[to] = output[to - distance] ?? 0;
  }
  return to;
}
