// The packed format: `MLDS`, version, header length, JSON header, pixels, labels, domains; then gzip.
import { gzipSync } from 'node:zlib';

const VERSION = 1;

/**
 * @param {object} header name, title, count, channels, height, width, classes, domains, licence, source, notice
 * @param {Uint8Array} pixels count x channels x height x width numbers: bytes, or four bytes each where the type is f32
 * @param {Uint16Array} labels
 * @param {Uint8Array} domains empty when the set has one domain
 */
export function pack(header, pixels, labels, domains) {
  const { count, channels, height, width } = header;
  const bytes = header.type === 'f32' ? 4 : 1;
  expect(pixels.length === bytes * count * channels * height * width, `${header.name}: ${pixels.length} bytes for ${count} pictures`);
  expect(labels.length === count, `${header.name}: ${labels.length} labels for ${count} pictures`);
  expect(domains.length === (header.domains.length > 0 ? count : 0), `${header.name}: ${domains.length} domain entries`);
  expect(labels.every((label) => label < header.classes.length), `${header.name}: a label has no class`);

  const bare = Buffer.from(JSON.stringify(header), 'utf8');
  const json = Buffer.alloc(Math.ceil(bare.length / 4) * 4, ' ');
  bare.copy(json);

  const front = Buffer.alloc(12);
  front.write('MLDS', 'latin1');
  front.writeUInt32LE(VERSION, 4);
  front.writeUInt32LE(json.length, 8);

  const labelBytes = Buffer.alloc(count * 2);
  labels.forEach((label, at) => labelBytes.writeUInt16LE(label, at * 2));
  // Level 9 and no time stamp: the same input gives the same bytes.
  return gzipSync(Buffer.concat([front, json, pixels, labelBytes, domains]), { level: 9 });
}

export function expect(condition, message) {
  if (!condition) throw new Error(message);
}
