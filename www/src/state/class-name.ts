import type { PackedDataset } from 'metriclab';

export function className(data: PackedDataset, label: number): string {
  return data.classes[label] ?? String(label);
}

/** "3", "emoji (noto)": a sample's class, and its drawing style where there are several. */
export function sampleName(data: PackedDataset, index: number): string {
  const name = className(data, data.labels[index] ?? 0);
  const domain = data.domains[data.domainOf[index] ?? 0];
  return domain === undefined ? name : `${name} (${domain})`;
}
