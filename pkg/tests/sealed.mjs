// Reads and writes the files that the engine saves, with a right checksum, so that a forged text or tensor gets past it.

const WORD = (1n << 64n) - 1n;
const FACTORS = [0x9e3779b97f4a7c15n, 0xbb67ae8584caa73bn];

/** The fingerprint of src/datasets/fingerprint.rs. */
function fingerprint(parts) {
  const lanes = [...FACTORS];
  const mix = (word) => {
    for (const lane of [0, 1]) {
      const mixed = ((lanes[lane] ^ word) * FACTORS[lane]) & WORD;
      lanes[lane] = mixed ^ (mixed >> 32n);
    }
  };
  for (const part of parts) {
    const padded = Buffer.concat([part, Buffer.alloc(8 - (part.length % 8))]);
    for (let at = 0; at < padded.length; at += 8) mix(padded.readBigUInt64LE(at));
    mix(BigInt(part.length));
  }
  mix(0n);
  mix(0n);
  return lanes.map((lane) => lane.toString(16).padStart(16, '0')).join('');
}

/** The name of the text, the text as JSON and the tensors of a file. */
export function unsealed(bytes) {
  const file = Buffer.from(bytes);
  const length = Number(file.readBigUInt64LE());
  const { __metadata__: metadata, ...tensors } = JSON.parse(file.toString('utf8', 8, 8 + length));
  const { format, checksum, ...texts } = metadata;
  const [[entry, text]] = Object.entries(texts);
  const data = file.subarray(8 + length);
  const read = ([
    name,
    {
      shape,
      data_offsets: [from, to],
    },
  ]) => ({ name, shape, data: Buffer.from(data.subarray(from, to)) });
  return { format, checksum, entry, text, tensors: Object.entries(tensors).map(read) };
}

/** A file with these parts and the checksum that belongs to them. */
export function sealed({ format, entry, text, tensors }) {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = sorted.flatMap(({ name, shape, data }) => [
    Buffer.from(name),
    Buffer.from(`[${shape.join(', ')}]`),
    data,
  ]);
  const header = {
    __metadata__: { format, [entry]: text, checksum: fingerprint([Buffer.from(text), ...parts]) },
  };
  let end = 0;
  for (const { name, shape, data } of tensors)
    header[name] = { dtype: 'F32', shape, data_offsets: [end, (end += data.length)] };
  const json = Buffer.from(JSON.stringify(header));
  const front = Buffer.alloc(8 + 8 * Math.ceil(json.length / 8), ' ');
  front.writeBigUInt64LE(BigInt(front.length - 8));
  json.copy(front, 8);
  return new Uint8Array(Buffer.concat([front, ...tensors.map(({ data }) => data)]));
}
