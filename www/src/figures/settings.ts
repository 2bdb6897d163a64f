/** What an attribute, or a part of a link, may set on a figure. */
export type Setting =
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'flag' };
export type Settings = Readonly<Record<string, Setting>>;

/** Reads the settings that are given and allowed; the others keep the figure's own values. */
export function readSettings(
  settings: Settings,
  given: (name: string) => string | null,
): Record<string, number | string | boolean> {
  const read: Record<string, number | string | boolean> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const text = given(name);
    const value = text === null ? undefined : valueOf(setting, text);
    if (value !== undefined) read[name] = value;
  }
  return read;
}

function valueOf(setting: Setting, text: string): number | string | boolean | undefined {
  if (setting.kind === 'flag') return text !== 'false' && text !== '0';
  if (setting.kind === 'choice') return setting.of.includes(text) ? text : undefined;
  const number = Number(text);
  const inside = text.trim() !== '' && number >= setting.least && number <= setting.most;
  return inside ? number : undefined;
}
