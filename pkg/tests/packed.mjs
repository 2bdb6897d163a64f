/** A packed data set of coloured noise around one brightness a class: `count` pictures of 1 x 8 x 8, `classes` classes. */
export function pack({
  count = 80,
  classes = 4,
  domains = [],
  side = 8,
  channels = 1,
  header: extra = {},
} = {}) {
  const header = {
    name: 'synthetic',
    title: { ko: '합성', en: 'Synthetic' },
    count,
    channels,
    height: side,
    width: side,
    classes: Array.from({ length: classes }, (_, i) => `c${i}`),
    domains,
    licence: 'CC0-1.0',
    source: 'made up',
    notice: '',
    ...extra,
  };
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((4 - (json.length % 4)) % 4, ' ')]);
  const prefix = Buffer.alloc(12);
  prefix.write('MLDS');
  prefix.writeUInt32LE(1, 4);
  prefix.writeUInt32LE(padded.length, 8);
  const area = side * side * channels;
  const pixels = Buffer.alloc(count * area);
  const labels = Buffer.alloc(2 * count);
  for (let i = 0, noise = 1; i < count; i++) {
    const label = i % classes;
    labels.writeUInt16LE(label, 2 * i);
    for (let p = 0; p < area; p++) {
      noise = (noise * 1103515245 + 12345) % 2147483648;
      pixels[i * area + p] = (p % classes === label ? 200 : 20) + ((noise >> 8) % 40);
    }
  }
  const domainOf = Buffer.from(
    Array.from({ length: domains.length > 0 ? count : 0 }, (_, i) => i % domains.length),
  );
  const whole = Buffer.concat([prefix, padded, pixels, labels, domainOf]);
  return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength);
}
