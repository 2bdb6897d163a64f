/** A property of a figure that an attribute, or a part of a link, may set. */
export type Setting =
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  /** So many numbers with commas between them; any number of them where no count is given. */
  | { readonly kind: 'numbers'; readonly count?: number; readonly least: number; readonly most: number }
  /** Words with commas between them, or none. */
  | { readonly kind: 'some'; readonly of: readonly string[] }
  /** What a visitor typed. */
  | { readonly kind: 'text'; readonly most: number }
  /** A name that the figure itself looks up. */
  | { readonly kind: 'name' }
  | { readonly kind: 'flag' };
export type Settings = Readonly<Record<string, Setting>>;
export type Value = number | string | boolean | readonly number[] | readonly string[];
/** The settings of a figure as a link carries them. */
export type Told = Readonly<Record<string, string>>;

/** Reads the settings that are given and allowed; the others keep the figure's own values. */
export function readSettings(
  settings: Settings,
  given: (name: string) => string | null,
): Record<string, Value> {
  const read: Record<string, Value> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const text = given(name);
    const value = text === null ? undefined : valueOf(setting, text);
    if (value !== undefined) read[name] = value;
  }
  return read;
}

function valueOf(setting: Setting, text: string): Value | undefined {
  if (setting.kind === 'flag') return text !== 'false' && text !== '0';
  if (setting.kind === 'choice') return setting.of.includes(text) ? text : undefined;
  if (setting.kind === 'name') return /^\w{1,40}$/.test(text) ? text : undefined;
  if (setting.kind === 'text') return text.length <= setting.most ? text : undefined;
  if (setting.kind === 'some') {
    const names = text.split(',').filter(Boolean);
    return names.every((name) => setting.of.includes(name)) ? names : undefined;
  }
  const { least, most } = setting;
  if (setting.kind === 'numbers' && setting.count === undefined && text === '') return [];
  const parts = setting.kind === 'numbers' ? text.split(',') : [text];
  const numbers = parts.map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!numbers.every((number) => number >= least && number <= most)) return undefined;
  if (setting.kind === 'number') return numbers[0];
  return numbers.length === (setting.count ?? numbers.length) ? numbers : undefined;
}

/** What is shown as the fragment of an address, with its state: `#deep.zones?margin=0.3`. */
export function fragmentOf(name: string, told: Told): string {
  const query = new URLSearchParams(told).toString();
  return `#${name}${query === '' ? '' : `?${query.replaceAll('%2C', ',')}`}`;
}

/** The name and the state that a fragment has. */
export function inFragment(fragment: string): { readonly name: string; readonly told: Told } {
  const [name = '', query = ''] = fragment.slice(1).split('?', 2);
  return { name, told: Object.fromEntries(new URLSearchParams(query)) };
}

/** The digits that a link has. A figure that comes to rest keeps no others, so that its link shows the same pixels. */
export function rounded(value: number): number {
  // Adding 0 makes −0 the 0 that a link reads.
  return Math.round(1000 * value) / 1000 + 0;
}

/** Numbers for a link: no more digits than the eye can see. */
export function printed(numbers: readonly number[]): string {
  return numbers.map((value) => String(rounded(value))).join(',');
}
