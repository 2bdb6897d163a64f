import { unpacked } from './gzip.js';

/** Longest module that is unpacked, in bytes. */
const LIMIT = 64 * 1024 * 1024;

/** The bytes of a module that a script holds as text. */
export function unpackedModule(text: string): Promise<ArrayBuffer> {
  const bytes = atob(text);
  const packed = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) packed[at] = bytes.charCodeAt(at);
  return unpacked(packed.buffer, LIMIT);
}
