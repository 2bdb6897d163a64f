export type Box = Readonly<Record<'left' | 'top' | 'right' | 'bottom', number>>;

const GAP = 8;
/** Room that stays free at the border of the screen. */
const BORDER = 12;

/** Whether two boxes have more than a border in common. */
export function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/**
 * The corner of a box that belongs to a word: below it, or above, or at the end of the screen; the first of these that is on the
 * screen and does not cover the figure. It ends where the lines around the word end.
 */
export function beside(
  word: Box,
  lines: Box,
  { width, height }: { readonly width: number; readonly height: number },
  screen: Box,
  figure: Box | null,
): { readonly left: number; readonly top: number } {
  const left = Math.max(screen.left + BORDER, Math.min(word.left, lines.right - width));
  const end = screen.bottom - BORDER - height;
  const fits = (top: number): boolean => {
    const box = { left, top, right: left + width, bottom: top + height };
    return top >= screen.top + BORDER && top <= end && !(figure && meet(box, figure));
  };
  const top = [word.bottom + GAP, word.top - GAP - height].find(fits) ?? end;
  return { left, top };
}
