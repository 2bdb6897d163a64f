/** The median place of each class among the points that are shown; NaN for a class without any. */
export function medians(
  xy: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  shown: (index: number) => boolean,
): readonly (readonly [number, number])[] {
  const places = Array.from({ length: classes }, () => [[], []] as [number[], number[]]);
  for (let index = 0; index < labels.length; index++) {
    if (!shown(index)) continue;
    const [xs, ys] = places[labels[index] ?? 0] ?? [[], []];
    xs.push(xy[2 * index] ?? NaN);
    ys.push(xy[2 * index + 1] ?? NaN);
  }
  return places.map(([xs, ys]) => [median(xs), median(ys)]);
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? NaN;
}
