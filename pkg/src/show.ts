const LONGEST = 40;

/** A value as it may stand in a sentence. Never throws, whatever the value is. */
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

/** `Object.prototype.toString` asks for no method of the value's own. */
function tagOf(value: object): string {
  return shortened(Object.prototype.toString.call(value).slice(8, -1));
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The sentence of an exception. */
export function reasonOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message;
  } catch {
    // A proxy that answers nothing.
  }
  return typeof thrown === 'string' ? thrown : show(thrown);
}
