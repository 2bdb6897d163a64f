import { MetricLabError } from './errors.js';
import type { DatasetInfo } from './types.js';

/** A packed data set, read in the page: for thumbnails, captions and notices. */
export interface PackedDataset extends DatasetInfo {
  readonly title: { readonly ko: string; readonly en: string };
  readonly licence: string;
  readonly source: string;
  readonly notice: string;
  /** count x channels x height x width, one byte each; a view of the bytes that were read. */
  readonly pixels: Uint8Array;
}

const MAGIC = 0x53444c4d; // "MLDS", little-endian
const VERSION = 1;
const PREFIX = 12;

type Header = Omit<PackedDataset, 'pixels' | 'labels' | 'domainOf'>;

function invalid(reason: string): MetricLabError {
  return new MetricLabError('data.invalid', `The data set cannot be read: ${reason}.`);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(fields: Record<string, unknown>, field: string): string[] {
  const value = fields[field];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw invalid(`its header has no list "${field}"`);
  return value;
}

function size(fields: Record<string, unknown>, field: string): number {
  const value = fields[field];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
    throw invalid(`"${field}" in its header is not a positive whole number`);
  return value;
}

function parseHeader(json: string): Header {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw invalid('its header is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null) throw invalid('its header is not an object');
  const fields = parsed as Record<string, unknown>;
  const name = text(fields['name']);
  const title = (fields['title'] ?? {}) as Record<string, unknown>;
  return {
    name,
    title: { ko: text(title['ko']) || name, en: text(title['en']) || name },
    count: size(fields, 'count'),
    channels: size(fields, 'channels'),
    height: size(fields, 'height'),
    width: size(fields, 'width'),
    classes: texts(fields, 'classes'),
    domains: texts(fields, 'domains'),
    licence: text(fields['licence']),
    source: text(fields['source']),
    notice: text(fields['notice']),
  };
}

/**
 * Reads a decompressed `.mlds`.
 *
 * @throws MetricLabError `data.invalid` where the bytes break the format.
 */
export function readPacked(bytes: ArrayBuffer): PackedDataset {
  const view = new DataView(bytes);
  if (view.byteLength < PREFIX || view.getUint32(0, true) !== MAGIC)
    throw invalid('it is not a packed data set (.mlds)');
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw invalid(`it has version ${version} and ${VERSION} can be read`);
  const headerLength = view.getUint32(8, true);
  if (PREFIX + headerLength > view.byteLength) throw invalid('it ends within its header');
  const header = parseHeader(new TextDecoder().decode(new Uint8Array(bytes, PREFIX, headerLength)));
  const { count, channels, height, width, classes, domains } = header;

  const pixelsAt = PREFIX + headerLength;
  const labelsAt = pixelsAt + count * channels * height * width;
  const domainsAt = labelsAt + 2 * count;
  const end = domainsAt + (domains.length > 0 ? count : 0);
  if (end !== view.byteLength)
    throw invalid(`it has ${view.byteLength} bytes and its header asks for ${end}`);
  // Read one by one: the labels need not begin at an even address.
  const labels = Uint16Array.from({ length: count }, (_, i) => view.getUint16(labelsAt + 2 * i, true));
  const domainOf = new Uint8Array(bytes.slice(domainsAt, end));
  if (labels.some((label) => label >= classes.length)) throw invalid('a label is beyond its classes');
  if (domainOf.some((domain) => domain >= domains.length)) throw invalid('a domain is beyond its domains');
  return { ...header, pixels: new Uint8Array(bytes, pixelsAt, labelsAt - pixelsAt), labels, domainOf };
}

/**
 * One sample as RGBA, row after row, ready for `new ImageData(rgba, width, height)`. One channel is shown as grey.
 *
 * @throws MetricLabError `index.out_of_range`.
 */
export function sampleRgba(data: PackedDataset, index: number): Uint8ClampedArray<ArrayBuffer> {
  const { count, channels, height, width, pixels } = data;
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new MetricLabError(
      'index.out_of_range',
      `Index ${index} does not exist: there are ${count}, counted from 0.`,
    );
  }
  const area = height * width;
  const first = index * channels * area;
  const rgba = new Uint8ClampedArray(4 * area).fill(255);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = pixels[first + (channels < 3 ? 0 : c * area) + i] ?? 0;
  }
  return rgba;
}
