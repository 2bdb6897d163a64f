/** A word on a map; x and y are its middle. */
export interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Moves words down that would cover another one; each is `height` high and as wide as `widthOf` says. */
export function apart<Word extends Label>(
  labels: readonly Word[],
  height: number,
  widthOf: (text: string) => number,
): readonly Word[] {
  const placed: Word[] = [];
  for (const label of [...labels].sort((a, b) => a.y - b.y || a.x - b.x)) {
    let { y } = label;
    const covers = (other: Label): boolean =>
      Math.abs(other.x - label.x) < (widthOf(other.text) + widthOf(label.text)) / 2 &&
      Math.abs(other.y - y) < height;
    // Each turn passes one of the words that are placed already.
    for (let turn = 0; turn <= placed.length; turn++) {
      const other = placed.find(covers);
      if (!other) break;
      y = other.y + height;
    }
    placed.push({ ...label, y });
  }
  return placed;
}
