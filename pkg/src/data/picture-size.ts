/** The size that a picture's header promises, or null where the format is not known. */
export function pictureSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 30) return null;
  const begins = view.getUint32(0);
  if (begins === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (begins === 0x47494638) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (begins >>> 16 === 0x424d)
    return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
  if (begins === 0x52494646 && view.getUint32(8) === 0x57454250) return webp(view);
  return begins >>> 16 === 0xffd8 ? jpeg(view) : null;
}

function webp(view: DataView): { width: number; height: number } | null {
  const kind = view.getUint32(12);
  if (kind === 0x56503858) {
    const three = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1;
    return { width: three(24), height: three(27) };
  }
  if (kind === 0x5650384c) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  return kind === 0x56503820
    ? { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    : null;
}

/** The first frame header (SOF0 to SOF15, without the three markers among them that are none). */
function jpeg(view: DataView): { width: number; height: number } | null {
  for (let at = 2; at + 9 < view.byteLength;) {
    const marker = view.getUint16(at);
    if (marker >>> 8 !== 0xff) return null;
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker))
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += marker === 0xffff ? 1 : 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}
