import type { PropertyOf } from './property';
import { PROPERTIES, SETTING_NAMES, type Settings } from './settings';

/** The settings that a person chose; the rest follows the data set's defaults. */
export type Chosen = { -readonly [K in keyof Settings]?: Settings[K] };

export interface Rejected {
  readonly field: string;
  readonly text: string;
}

/** The shape of a property, seen from outside the table where its value's type is not known. */
interface AnyProperty {
  readonly url: string;
  parse(text: string): unknown;
  print(value: unknown): string;
}

export function propertyOf(name: keyof Settings): AnyProperty {
  return PROPERTIES[name];
}

/** Reads a link. What makes no sense is left out and named. */
export function readLink(search: string): {
  readonly chosen: Chosen;
  readonly rejected: readonly Rejected[];
} {
  const query = new URLSearchParams(search);
  const chosen: Record<string, unknown> = {};
  const rejected: Rejected[] = [];
  for (const name of SETTING_NAMES) {
    const property = propertyOf(name);
    const text = query.get(property.url);
    query.delete(property.url);
    if (text === null) continue;
    const value = property.parse(text);
    if (value === undefined) rejected.push({ field: property.url, text: text.slice(0, 40) });
    else chosen[name] = value;
  }
  // The step of the lesson that the visitor came from; the header leads back to it.
  query.delete('from');
  // The page that is open, where all of them are in one file.
  query.delete('page');
  for (const [field, text] of query) rejected.push({ field: field.slice(0, 40), text: text.slice(0, 40) });
  return { chosen, rejected };
}

/** Writes a link that holds only what differs from `defaults`. */
export function writeLink(chosen: Chosen, defaults: Settings): string {
  const query = new URLSearchParams();
  for (const name of SETTING_NAMES) {
    const value = chosen[name];
    if (value === undefined) continue;
    const property = propertyOf(name);
    const text = property.print(value);
    if (text !== property.print(defaults[name])) query.set(property.url, text);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** A setting's own entry of the table, with its own type. */
export function property<K extends keyof Settings>(name: K): PropertyOf<Settings[K]> {
  return PROPERTIES[name];
}
