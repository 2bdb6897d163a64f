// Files that promise sounds of so many seconds. None holds a sound.
const ascii = (text) => [...text].map((character) => character.charCodeAt(0));
const big = (size, value) =>
  Array.from({ length: size }, (_, at) =>
    Number((BigInt(Math.round(value)) >> BigInt(8 * (size - 1 - at))) & 255n),
  );
const little = (size, value) => big(size, value).reverse();
const zeros = (count) => new Array(count).fill(0);

/** One channel of 8 bits, 8 samples a second: hours of it are short. */
export function wav(seconds) {
  const data = zeros(8 * seconds);
  return Uint8Array.from([
    ...[...ascii('RIFF'), ...little(4, 36 + data.length), ...ascii('WAVEfmt '), ...little(4, 16)],
    // It lies about its bytes a second.
    ...[
      ...little(2, 1),
      ...little(2, 1),
      ...little(4, 8),
      ...little(4, 1e6),
      ...little(2, 1),
      ...little(2, 8),
    ],
    ...[...ascii('data'), ...little(4, 2 ** 32 - 1), ...data],
  ]);
}

const oggPage = (position, body) => [
  ...[...ascii('OggS'), 0, 0, ...little(8, position), ...little(4, 7), ...little(4, 0), ...little(4, 0)],
  ...[1, body.length, ...body],
];

export const opus = (seconds) =>
  Uint8Array.from([
    ...oggPage(0, [...ascii('OpusHead'), 1, 1, 0, 0, ...little(4, 16_000), 0, 0, 0]),
    ...oggPage(48_000 * seconds, zeros(9)),
  ]);

export const vorbis = (seconds) =>
  Uint8Array.from([
    ...oggPage(0, [1, ...ascii('vorbis'), ...zeros(4), 1, ...little(4, 44_100), ...zeros(14)]),
    ...oggPage(44_100 * seconds, zeros(9)),
  ]);

/** STREAMINFO of 16 bits, one channel, 16 kHz. */
const streamInfo = (seconds) => {
  const [rate, samples] = [16_000, 16_000 * seconds];
  const high = Math.floor(samples / 2 ** 32);
  return [...zeros(10), ...big(3, rate << 4), 0xf0 | high, ...big(4, samples % 2 ** 32), ...zeros(16)];
};

export const flac = (seconds) => Uint8Array.from([...ascii('fLaC'), 0x80, 0, 0, 34, ...streamInfo(seconds)]);

export const oggFlac = (seconds) =>
  Uint8Array.from([
    ...oggPage(0, [0x7f, ...ascii('FLAC'), 1, 0, 0, 1, ...ascii('fLaC'), 0, 0, 0, 34, ...streamInfo(1)]),
    ...oggPage(16_000 * seconds, zeros(9)),
  ]);

const box = (name, body) => [...big(4, 8 + body.length), ...ascii(name), ...body];
const mvhd = (seconds, wide) =>
  wide
    ? box('mvhd', [1, 0, 0, 0, ...zeros(16), ...big(4, 600), ...big(8, 600 * seconds), ...zeros(80)])
    : box('mvhd', [...zeros(12), ...big(4, 600), ...big(4, 600 * seconds), ...zeros(80)]);

export const mp4 = (seconds) =>
  Uint8Array.from([
    ...[...box('ftyp', ascii('M4A ')), ...box('mdat', zeros(30))],
    ...box('moov', [...box('udta', zeros(4)), ...mvhd(seconds, false)]),
  ]);

export const wideMp4 = (seconds) =>
  Uint8Array.from([...box('ftyp', ascii('M4A ')), ...box('moov', mvhd(seconds, true))]);

const cluster = (time) => [
  0x1f,
  0x43,
  0xb6,
  0x75,
  0x01,
  ...new Array(7).fill(255),
  0xe7,
  0x84,
  ...big(4, time),
];
const webmOf = (seconds, nanoseconds) => {
  const units = (seconds * 1e9) / nanoseconds;
  return Uint8Array.from([
    ...[0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x2a, 0xd7, 0xb1, 0x84, ...big(4, nanoseconds)],
    ...[...cluster(0), ...zeros(20), ...cluster(units / 2), ...zeros(20), ...cluster(units), ...zeros(20)],
  ]);
};
export const webm = (seconds) => webmOf(seconds, 1e6);
export const coarseWebm = (seconds) => webmOf(seconds, 1e9);

const repeated = (frame, count, before = []) => {
  const file = new Uint8Array(before.length + frame.length * count);
  file.set(before);
  for (let at = 0; at < count; at++) file.set(frame, before.length + at * frame.length);
  return file;
};

/** MPEG-2.5, layer III, 8 kbit/s at 8 kHz: a frame of 72 bytes lasts 72 ms. */
export const mp3 = (seconds) =>
  repeated([0xff, 0xe3, 0x18, 0xc0, ...zeros(68)], Math.round(seconds / 0.072), [
    ...[...ascii('ID3'), 4, 0, 0, 0, 0, 1, 2, ...zeros(130)],
  ]);

/** MPEG-1, layer III, 128 kbit/s at 44.1 kHz. */
export const usualMp3 = (seconds) =>
  repeated([0xff, 0xfb, 0x90, 0xc0, ...zeros(413)], Math.round((seconds * 44_100) / 1152));

/** ADTS, 8 kHz: a frame of 9 bytes lasts 128 ms. */
export const aac = (seconds) =>
  repeated([0xff, 0xf1, 0x6c, 0x40, 0x01, 0x3f, 0xfc, 0, 0], Math.round(seconds / 0.128));
