const LONGEST = 40;

/** A value as part of a sentence. Never throws. */
export function show(value: unknown): string {
  try {
    if (typeof value === 'string') return `'${shortened(value)}'`;
    if (typeof value === 'function') return 'a function';
    if (typeof value === 'bigint') return shortened(`${value}n`);
    if (typeof value !== 'object' || value === null) return String(value);
    return Array.isArray(value) ? 'an array' : `an object (${tagOf(value)})`;
  } catch {
    return 'an object that cannot be read';
  }
}

/** The name that `Object.prototype.toString` gives; it calls no method of the value. */
function tagOf(value: object): string {
  return shortened(Object.prototype.toString.call(value).slice(8, -1));
}

export function shortened(text: string, longest = LONGEST): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** The sentence of an exception. */
export function reasonOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message;
  } catch {
    // A proxy whose traps throw.
  }
  return typeof thrown === 'string' ? thrown : show(thrown);
}
