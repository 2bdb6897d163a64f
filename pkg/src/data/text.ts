/** A text and the encoding that it was in. */
export interface Decoded {
  readonly text: string;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'euc-kr' | 'windows-1252';
}

/**
 * The text of bytes. A byte order mark decides; without one, UTF-8 if it is valid, UTF-16 if every other byte is mostly
 * zero, then Korean Windows (cp949, which the Encoding Standard calls `euc-kr`), then Windows 1252, which takes any byte.
 */
export function decoded(bytes: Uint8Array): Decoded {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return as(bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return as(bytes, 'utf-16be');
  const wide = wideEncoding(bytes);
  if (wide) return as(bytes, wide);
  for (const encoding of ['utf-8', 'euc-kr'] as const) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
    } catch {
      // Another encoding.
    }
  }
  return as(bytes, 'windows-1252');
}

function as(bytes: Uint8Array, encoding: Decoded['encoding']): Decoded {
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}

/** UTF-16 without a mark: Latin digits and separators have a zero in every other byte. */
function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const sample = bytes.subarray(0, 1024 - (1024 % 2));
  const zeros = [0, 0];
  sample.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  });
  const half = sample.length / 2;
  const [even = 0, odd = 0] = zeros;
  if (half < 2) return null;
  if (odd > 0.6 * half && even < 0.1 * half) return 'utf-16le';
  return even > 0.6 * half && odd < 0.1 * half ? 'utf-16be' : null;
}
