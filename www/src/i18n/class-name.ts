import type { PackedDataset } from 'metriclab';
import type { Translator } from './translator';

/** A drawn person, who has a number for a name. */
const PERSON = /^person (\d+)$/;

/** What a class is called in the page's language; the data set's own name where we know none. */
export function className(data: PackedDataset, label: number, t: Translator): string {
  const name = data.classes[label] ?? String(label);
  const number = PERSON.exec(name)?.[1];
  return t.find('class', name) ?? (number ? t.text('person.numbered', { number }) : name);
}

/** "3", "emoji (noto)": a sample's class, and its drawing style where there are several. */
export function sampleName(data: PackedDataset, index: number, t: Translator): string {
  const name = className(data, data.labels[index] ?? 0, t);
  const domain = data.domains[data.domainOf[index] ?? 0];
  return domain === undefined ? name : `${name} (${domain})`;
}
