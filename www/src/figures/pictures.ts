import { fetchPacked, readPacked, type PackedDataset } from 'metriclab';

/** A packed data set: its bytes for a laboratory, and its pictures for the page. */
export interface Pictures {
  readonly bytes: ArrayBuffer;
  readonly set: PackedDataset;
}

const fetched = new Map<string, Promise<Pictures>>();

/** Fetches a data set once for all figures of a page. */
export function pictures(url: string): Promise<Pictures> {
  const known = fetched.get(url);
  if (known) return known;
  const made = fetchPacked(url).then((bytes) => ({ bytes, set: readPacked(bytes) }));
  made.catch(() => fetched.delete(url));
  fetched.set(url, made);
  return made;
}

/** The packed file of some pictures of a set, in the order of `chosen`. */
export function subset({ bytes, set }: Pictures, chosen: readonly number[]): ArrayBuffer {
  const from = new Uint8Array(bytes);
  const length = new DataView(bytes).getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(from.subarray(12, 12 + length))) as object;
  const json = new TextEncoder().encode(JSON.stringify({ ...header, count: chosen.length }));
  const padded = 4 * Math.ceil(json.length / 4);
  const size = set.pixels.length / set.count;
  const made = new Uint8Array(12 + padded + chosen.length * (size + 2)).fill(0x20, 12, 12 + padded);
  const view = new DataView(made.buffer);
  made.set(from.subarray(0, 8));
  view.setUint32(8, padded, true);
  made.set(json, 12);
  const labelsAt = 12 + padded + chosen.length * size;
  chosen.forEach((at, k) => {
    made.set(set.pixels.subarray(at * size, (at + 1) * size), 12 + padded + k * size);
    view.setUint16(labelsAt + 2 * k, set.labels[at] ?? 0, true);
  });
  return made.buffer;
}

/** The samples of a role. */
export function ofRole(roles: Uint8Array, role: number): number[] {
  return Array.from(roles.keys()).filter((at) => roles[at] === role);
}

/** `count` pictures of each class among `from`, the classes ascending. */
export function perClass(
  { labels }: PackedDataset,
  from: readonly number[],
  count: number,
  shuffle: (items: number[]) => number[] = (items) => items,
): number[] {
  const members = new Map<number, number[]>();
  for (const at of from) {
    const label = labels[at] ?? 0;
    const known = members.get(label);
    if (known) known.push(at);
    else members.set(label, [at]);
  }
  return [...members.keys()]
    .sort((a, b) => a - b)
    .flatMap((label) => shuffle(members.get(label) ?? []).slice(0, count));
}
