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
  const json = new TextEncoder().encode(JSON.stringify(header));
  const area = side * side * channels;
  const pixelsAt = 12 + 4 * Math.ceil(json.length / 4);
  const labelsAt = pixelsAt + count * area;
  const domainsAt = labelsAt + 2 * count;
  // Runs in pages too, where there is no Buffer.
  const whole = new Uint8Array(domainsAt + (domains.length > 0 ? count : 0));
  const view = new DataView(whole.buffer);
  whole.set([0x4d, 0x4c, 0x44, 0x53]); // MLDS
  view.setUint32(4, 1, true);
  view.setUint32(8, pixelsAt - 12, true);
  whole.fill(0x20, 12, pixelsAt).set(json, 12);
  for (let i = 0, noise = 1; i < count; i++) {
    const label = i % classes;
    view.setUint16(labelsAt + 2 * i, label, true);
    for (let p = 0; p < area; p++) {
      noise = (noise * 1103515245 + 12345) % 2147483648;
      whole[pixelsAt + i * area + p] = (p % classes === label ? 200 : 20) + ((noise >> 8) % 40);
    }
    if (domains.length > 0) whole[domainsAt + i] = i % domains.length;
  }
  return whole.buffer;
}
