import { bytesOf } from './arguments.js';
import { MetricLabError, badArgument } from './errors.js';
import { BYTE_LIMIT, type PackedHeader, checkKind, invalid, parseHeader, sizesOf } from './header.js';
import { show } from './show.js';
import type { Bytes, DatasetInfo } from './types.js';

/** A packed data set, read in the page: for thumbnails, captions and notices. */
export interface PackedDataset extends DatasetInfo {
  /**
   * The numbers of all samples, count x channels x height x width: one byte each, or four where `type` is `f32`. A view of
   * the bytes that were read.
   */
  readonly pixels: Uint8Array;
}

const MAGIC = 0x53444c4d; // "MLDS", little-endian
const VERSION = 1;
const PREFIX = 12;

/**
 * Reads a decompressed `.mlds` as the engine does: both accept the same files and give the same codes.
 *
 * @param bytes - An `ArrayBuffer` or a view of one, as `fetchPacked` and `decompress` give it.
 * @throws MetricLabError `data.invalid` where the bytes break the format, `data.too_large` beyond 1 GiB, `data.one_class`
 * where all samples are of one class, `data.not_finite`, `argument.invalid` for what is no bytes.
 *
 * @example
 * ```ts
 * const { title, classes, labels } = readPacked(await fetchPacked('/data/mnist.mlds.gz'));
 * console.log(`${title.en}: the first is a ${classes[labels[0]]}`);
 * ```
 */
export function readPacked(bytes: Exclude<Bytes, Blob>): PackedDataset {
  const file = bytesOf(bytes);
  if (file.length > BYTE_LIMIT)
    throw new MetricLabError('data.too_large', `The data set has more than ${BYTE_LIMIT} bytes.`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const at = PREFIX + headerLength(view);
  const header = parseHeader(file.subarray(PREFIX, at));
  const sizes = sizesOf(header);
  const end = at + sizes.samples + sizes.labels + sizes.domains;
  if (end !== file.length) throw invalid(`it has ${file.length} bytes and its header asks for ${end}`);
  checkKind(header);
  const labelsAt = at + sizes.samples;
  // Read one by one: the labels need not begin at an even address.
  const labels = Uint16Array.from({ length: header.count }, (_, i) => view.getUint16(labelsAt + 2 * i, true));
  const domainOf = file.slice(labelsAt + sizes.labels, end);
  checkLabels(labels, header.classes.length);
  checkDomains(domainOf, header.domains.length);
  if (header.type === 'f32') checkFloats(view, at, labelsAt, header);
  if (header.kind === 'sequences') checkSequences(view, at, header);
  if (header.kind === 'bags' && header.type === 'f32') checkBags(view, at, labelsAt, header);
  return { ...header, pixels: file.subarray(at, labelsAt), labels, domainOf };
}

function headerLength(view: DataView): number {
  if (view.byteLength < PREFIX)
    throw invalid(`it has ${view.byteLength} bytes and the front alone has ${PREFIX}`);
  if (view.getUint32(0, true) !== MAGIC) {
    const gzip = view.getUint16(0, true) === 0x8b1f ? ': it is gzip, decompress it first' : '';
    throw invalid(`it does not begin with MLDS, so it is no packed data set${gzip}`);
  }
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw invalid(`its version is ${version} and this reader knows ${VERSION}`);
  const length = view.getUint32(8, true);
  if (PREFIX + length > view.byteLength)
    throw invalid(
      `its header should have ${length} bytes and the file ends after ${view.byteLength - PREFIX}`,
    );
  return length;
}

function checkLabels(labels: Uint16Array, classes: number): void {
  const at = labels.findIndex((label) => label >= classes);
  if (at >= 0)
    throw invalid(`sample ${at} is of class ${labels[at] ?? 0} and there are ${classes}, counted from 0`);
  if (labels.every((label) => label === labels[0]))
    throw new MetricLabError(
      'data.one_class',
      'All samples are of one class: metric learning needs at least two.',
    );
}

function checkDomains(domainOf: Uint8Array, domains: number): void {
  const at = domainOf.findIndex((domain) => domain >= domains);
  if (at >= 0)
    throw invalid(`sample ${at} is of domain ${domainOf[at] ?? 0} and there are ${domains}, counted from 0`);
}

function checkFloats(
  view: DataView,
  from: number,
  to: number,
  { channels, height, width }: PackedHeader,
): void {
  for (let at = from; at < to; at += 4)
    if (!Number.isFinite(view.getFloat32(at, true)))
      throw new MetricLabError(
        'data.not_finite',
        `Sample ${Math.floor((at - from) / (4 * channels * height * width))} has a NaN or an infinity: every number must be finite.`,
      );
}

function checkBags(view: DataView, from: number, to: number, { width }: PackedHeader): void {
  for (let at = from; at < to; at += 4)
    if (view.getFloat32(at, true) < 0)
      throw invalid(
        `bag ${Math.floor((at - from) / (4 * width))} has a number below 0, which counts nothing`,
      );
}

/** Each sequence has the frames that its last channel says, and zeros after them. */
function checkSequences(view: DataView, from: number, { count, channels, width }: PackedHeader): void {
  for (let sample = 0; sample < count; sample++) {
    const number = (channel: number, t: number) =>
      view.getFloat32(from + 4 * ((sample * channels + channel) * width + t), true);
    let frames = 0;
    while (frames < width && number(channels - 1, frames) === 1) frames++;
    let clean = frames > 0;
    for (let channel = 0; channel < channels && clean; channel++)
      for (let t = frames; t < width && clean; t++) clean = number(channel, t) === 0;
    if (!clean)
      throw invalid(
        `the last channel of sequence ${sample} must be 1 for each of its frames, one at least, and all numbers after its last frame must be 0`,
      );
  }
}

/**
 * One sample as RGBA, row after row, ready for `new ImageData(rgba, width, height)`. Less than three channels are shown
 * as grey; a float is shown as if 0 were black and 1 white.
 *
 * @param data - A result of {@link readPacked}.
 * @param index - A sample, counted from 0.
 * @throws MetricLabError `index.out_of_range`, `argument.invalid`.
 *
 * @example
 * ```ts
 * context.putImageData(new ImageData(sampleRgba(set, 7), set.width, set.height), 0, 0);
 * ```
 */
export function sampleRgba(data: PackedDataset, index: number): Uint8ClampedArray<ArrayBuffer> {
  const { count, channels, height, width, pixels, type } = samplesOf(data);
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new MetricLabError(
      'index.out_of_range',
      `Index ${show(index)} does not exist: there are ${count}, counted from 0.`,
    );
  const area = height * width;
  const first = index * channels * area;
  const floats = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const value = (at: number) => (type === 'f32' ? 255 * floats.getFloat32(4 * at, true) : (pixels[at] ?? 0));
  const rgba = new Uint8ClampedArray(4 * area).fill(255);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = value(first + (channels < 3 ? 0 : c * area) + i);
  }
  return rgba;
}

/** A data set as `readPacked` makes it; a caller without types may pass anything. */
function samplesOf(data: PackedDataset): PackedDataset {
  try {
    const { count, channels, height, width, pixels, type } = data;
    const numbers = count * channels * height * width;
    if (ArrayBuffer.isView(pixels) && numbers > 0 && pixels.length === numbers * (type === 'f32' ? 4 : 1))
      return data;
  } catch (cause) {
    throw badArgument(`A data set of readPacked is needed, not ${show(data)}.`, cause);
  }
  throw badArgument(`A data set of readPacked is needed, not ${show(data)}.`);
}
