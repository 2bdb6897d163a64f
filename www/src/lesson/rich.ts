/** A stretch of text; `mark` is `b` for strong, or the name of a colour with a meaning. */
export interface Part {
  readonly mark: string | null;
  readonly words: string;
}

/** The same text with formulas and compound words that do not break across lines. */
export function bound(text: string): string {
  return (
    text
      .replaceAll(/(\w)\((\w), (\w)\)/g, '$1($2,\u00a0$3)')
      .replaceAll(' = ', '\u00a0=\u00a0')
      .replaceAll(/ ([+−≥≤<>]) /g, ' $1\u00a0')
      // A word joiner: a line breaks after a hyphen otherwise.
      .replaceAll(/([A-Za-z])-(?=[A-Za-z])/g, '$1-\u2060')
      // And after a bracket, although a Korean ending belongs to the word before it.
      .replaceAll(/\)(?=[가-힣])/g, ')\u2060')
  );
}

/** Splits `a [anchor:point]` into plain and marked stretches. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const found of text.matchAll(/\[(\w+):([^\]]+)\]/g)) {
    if (found.index > at) parts.push({ mark: null, words: bound(text.slice(at, found.index)) });
    at = found.index + found[0].length;
    // The text binds the end of a marked word to the letter after it, as it does between other letters.
    const next = text.slice(at, at + 1);
    const words = bound(`${found[2] ?? ''}${next}`);
    parts.push({ mark: found[1] ?? null, words: words.slice(0, words.length - next.length) });
  }
  if (at < text.length) parts.push({ mark: null, words: bound(text.slice(at)) });
  return parts;
}

/** A stretch with the letters that stand at it on both sides without a space. */
export interface Held extends Part {
  readonly before: string;
  readonly after: string;
}

/**
 * The same, with the letters at a held stretch taken from its neighbours: a line may break on both sides of a button, and neither a
 * Korean ending nor a full stop begins one.
 */
export function heldParts(text: string, holds: (mark: string | null) => boolean): Held[] {
  const parts: Held[] = partsOf(text).map((part) => ({ ...part, before: '', after: '' }));
  return parts
    .map((part, k) => {
      const [last, next] = [parts[k - 1], parts[k + 1]];
      if (holds(part.mark))
        return {
          ...part,
          before: last?.mark === null ? (/\S*$/.exec(last.words)?.[0] ?? '') : '',
          after: next?.mark === null ? (/^\S*/.exec(next.words)?.[0] ?? '') : '',
        };
      if (part.mark !== null) return part;
      const begun = last && holds(last.mark) ? part.words.replace(/^\S*/, '') : part.words;
      return { ...part, words: next && holds(next.mark) ? begun.replace(/\S*$/, '') : begun };
    })
    .filter(({ words }) => words !== '');
}
