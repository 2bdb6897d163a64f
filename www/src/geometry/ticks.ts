/** Round numbers that divide [low, high] into about `count` parts. */
export function linearTicks(low: number, high: number, count: number): number[] {
  if (!(high > low) || count < 1) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  const step = power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/** Powers of ten within [low, high], with 2 and 5 between them where those are few. */
export function logTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  const few = Math.log10(high / low) < 2;
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const lead of few ? [1, 2, 5] : [1]) {
      const value = Number((lead * 10 ** power).toPrecision(12));
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) ticks.push(value);
    }
  }
  return ticks;
}

/** At most `most` (index, value) pairs that keep the look of a noisy series: the mean of each stretch. */
export function thin(
  values: readonly number[],
  most: number,
): { readonly at: number; readonly value: number }[] {
  const stretch = Math.max(1, Math.ceil(values.length / most));
  const points: { at: number; value: number }[] = [];
  for (let first = 0; first < values.length; first += stretch) {
    const last = Math.min(first + stretch, values.length);
    let sum = 0;
    let count = 0;
    for (let i = first; i < last; i++) {
      const value = values[i] ?? NaN;
      if (!Number.isFinite(value)) continue;
      sum += value;
      count += 1;
    }
    if (count > 0) points.push({ at: (first + last + 1) / 2, value: sum / count });
  }
  return points;
}
