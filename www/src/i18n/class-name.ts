import type { PackedDataset } from 'metriclab';
import type { Translator } from './translator';

/** What a class is called in the page's language; the data set's own name where we know none. */
export function className(data: PackedDataset, label: number, t: Translator): string {
  const name = data.classes[label] ?? String(label);
  return t.find('class', name) ?? name;
}

/** "3", "emoji (noto)": a sample's class, and its drawing style where there are several. */
export function sampleName(data: PackedDataset, index: number, t: Translator): string {
  const name = className(data, data.labels[index] ?? 0, t);
  const domain = data.domains[data.domainOf[index] ?? 0];
  return domain === undefined ? name : `${name} (${domain})`;
}
