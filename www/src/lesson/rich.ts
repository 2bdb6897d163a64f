/** A stretch of text; `mark` is `b` for strong, or the name of a colour with a meaning. */
export interface Part {
  readonly mark: string | null;
  readonly words: string;
}

/** Splits `a [anchor:point]` into plain and marked stretches. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const found of text.matchAll(/\[(\w+):([^\]]+)\]/g)) {
    if (found.index > at) parts.push({ mark: null, words: text.slice(at, found.index) });
    parts.push({ mark: found[1] ?? null, words: found[2] ?? '' });
    at = found.index + found[0].length;
  }
  if (at < text.length) parts.push({ mark: null, words: text.slice(at) });
  return parts;
}
