import { bytesOf, reading } from '../arguments.js';

/**
 * Seconds of a sound file, from what stands between its samples and undecoded: WAV, Ogg, MP3, AAC (ADTS), FLAC, MP4, WebM. Null
 * where the format is another one or the file does not say.
 *
 * A small file may hold hours, and a browser decodes all of them at once.
 *
 * @throws MetricLabError `argument.invalid`.
 *
 * @example
 * ```ts
 * const seconds = soundSeconds(await file.arrayBuffer());
 * if ((seconds ?? 0) > 600) console.log('longer than ten minutes');
 * ```
 */
export function soundSeconds(bytes: ArrayBuffer | ArrayBufferView): number | null {
  const own = reading(() => bytesOf(bytes));
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength);
  try {
    const seconds = lengthOf(own, view);
    return seconds !== null && Number.isFinite(seconds) && seconds > 0 ? seconds : null;
  } catch {
    // It ends where a number should be.
    return null;
  }
}

function lengthOf(bytes: Uint8Array, view: DataView): number | null {
  const name = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (name(0) === 'RIFF' && name(8) === 'WAVE') return wav(view, name);
  if (name(0) === 'OggS') return ogg(view, name);
  if (name(0) === 'fLaC') return flac(view, 8);
  if (name(4) === 'ftyp') return mp4(view, name);
  if (view.getUint32(0) === 0x1a45dfa3) return webm(bytes, view);
  return framed(bytes, view);
}

/** The bytes that are there count, where a stream does not know its length. */
function wav(view: DataView, name: (at: number) => string): number | null {
  let rate = 0;
  for (let at = 12; at + 8 <= view.byteLength;) {
    const size = view.getUint32(at + 4, true);
    // Bytes a second: of plain samples, its rate times the bytes of a sample of all channels.
    if (name(at) === 'fmt ')
      rate = Math.min(
        view.getUint32(at + 16, true),
        view.getUint32(at + 12, true) * view.getUint16(at + 20, true),
      );
    if (name(at) === 'data') return Math.min(size, view.byteLength - at - 8) / rate;
    at += 8 + size + (size % 2);
  }
  return null;
}

/** The last position of the longest stream. */
function ogg(view: DataView, name: (at: number) => string): number | null {
  const rates = new Map<number, number>();
  let longest = 0;
  for (let at = 0; at + 27 < view.byteLength && name(at) === 'OggS';) {
    const stream = view.getUint32(at + 14, true);
    const segments = view.getUint8(at + 26);
    const body = at + 27 + segments;
    if (!rates.has(stream)) rates.set(stream, oggRate(view, body, name));
    const position = view.getBigInt64(at + 6, true);
    longest = Math.max(longest, Number(position) / (rates.get(stream) ?? Infinity));
    at = body;
    for (let k = 0; k < segments; k++) at += view.getUint8(body - segments + k);
  }
  return longest;
}

/** Positions in a second. Those of Opus count 48,000 whatever it holds. */
function oggRate(view: DataView, at: number, name: (at: number) => string): number {
  if (name(at) === 'Opus') return 48_000;
  if (name(at + 1) === 'vorb') return view.getUint32(at + 12, true);
  if (name(at + 1) === 'FLAC') return view.getUint32(at + 27) >>> 12;
  return name(at) === 'Spee' ? view.getUint32(at + 36, true) : Infinity;
}

/** `at`: STREAMINFO, 34 bytes. */
function flac(view: DataView, at: number): number {
  const samples = (view.getUint8(at + 13) & 15) * 2 ** 32 + view.getUint32(at + 14);
  return samples / (view.getUint32(at + 10) >>> 12);
}

function mp4(view: DataView, name: (at: number) => string): number | null {
  for (let at = 0; at + 8 <= view.byteLength;) {
    const size = view.getUint32(at);
    const long = size === 1;
    if (name(at + 4) === 'mvhd') {
      const wide = view.getUint8(at + 8) === 1;
      const from = at + (wide ? 28 : 20);
      const duration = wide ? Number(view.getBigUint64(from + 4)) : view.getUint32(from + 4);
      return duration / view.getUint32(from);
    }
    // Its boxes follow.
    if (name(at + 4) === 'moov') at += long ? 16 : 8;
    else at += Math.max(8, long ? Number(view.getBigUint64(at + 8)) : size || Infinity);
  }
  return null;
}

/** The time of the last cluster: a recorder writes no duration. */
function webm(bytes: Uint8Array, view: DataView): number {
  /** A number whose first byte, at `at`, is its size. */
  const number = (at: number): number =>
    bytes.subarray(at + 1, at + 1 + (view.getUint8(at) & 15)).reduce((sum, byte) => 256 * sum + byte, 0);
  // Nanoseconds of a unit of time.
  let [unit, last] = [1e6, 0];
  for (let at = 0; at + 16 < bytes.length; at++) {
    const id = view.getUint32(at);
    if (id >>> 8 === 0x2ad7b1 && last === 0) unit = number(at + 3);
    if (id !== 0x1f43b675) continue;
    // Past the cluster's size, whose first byte says how long it is.
    const from = at + 4 + Math.clz32(view.getUint8(at + 4)) - 23;
    if (view.getUint8(from) === 0xe7) last = Math.max(last, number(from + 1));
  }
  return (last * unit) / 1e9;
}

/** Samples a second, by version (2.5, none, 2, 1) and by place. */
const RATES = [[11025, 12000, 8000], [], [22050, 24000, 16000], [44100, 48000, 32000]];
const AAC_RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
/** Kilobits a second, by place. */
const BITS = {
  first: [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  second: [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
} as const;
/** Frames that must follow each other for a file to be of frames. */
const FRAMES = 3;

/** Counts the frames of MP3 or ADTS: a header may say anything, and a decoder reads them all. */
function framed(bytes: Uint8Array, view: DataView): number | null {
  let [at, seconds, frames] = [afterTag(bytes), 0, 0];
  for (at = bytes.indexOf(0xff, at); at >= 0 && at + 7 < bytes.length;) {
    const frame = mp3(view.getUint32(at)) ?? aac(view, at);
    if (frame) {
      [seconds, frames] = [seconds + frame.seconds, frames + 1];
      at += frame.bytes;
    } else {
      at = bytes.indexOf(0xff, at + 1);
    }
  }
  return frames >= FRAMES ? seconds : null;
}

/** Past an ID3 tag, whose size has seven bits a byte. */
function afterTag(bytes: Uint8Array): number {
  if (String.fromCharCode(...bytes.subarray(0, 3)) !== 'ID3') return 0;
  return 10 + bytes.subarray(6, 10).reduce((size, byte) => 128 * size + (byte & 127), 0);
}

interface Frame {
  readonly bytes: number;
  readonly seconds: number;
}

function mp3(header: number): Frame | null {
  const [version, layer] = [(header >>> 19) & 3, 4 - ((header >>> 17) & 3)];
  const rate = RATES[version]?.[(header >>> 10) & 3];
  if (header >>> 21 !== 0x7ff || layer === 4 || rate === undefined) return null;
  const bits = 1000 * (BITS[version === 3 ? 'first' : 'second'][layer - 1]?.[(header >>> 12) & 15] ?? 0);
  if (bits === 0) return null;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 3 ? 576 : 1152;
  const unit = layer === 1 ? 4 : 1;
  const whole = Math.floor((samples * bits) / (8 * rate * unit)) + ((header >>> 9) & 1);
  return { bytes: unit * whole, seconds: samples / rate };
}

function aac(view: DataView, at: number): Frame | null {
  const rate = AAC_RATES[(view.getUint8(at + 2) >>> 2) & 15];
  const bytes = (view.getUint32(at + 3) >>> 13) & 0x1fff;
  if ((view.getUint16(at) & 0xfff6) !== 0xfff0 || rate === undefined || bytes < 7) return null;
  return { bytes, seconds: (1024 * (1 + (view.getUint8(at + 6) & 3))) / rate };
}
