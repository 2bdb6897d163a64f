/** The `count` other rows with the largest cosine to row `query`, `without` some; ties go by index. */
export function nearestRows(
  unit: Float32Array,
  dim: number,
  query: number,
  count: number,
  without: readonly number[] = [],
): number[] {
  const row = unit.subarray(query * dim, (query + 1) * dim);
  const cosines = Float32Array.from({ length: unit.length / dim }, (_, at) => {
    let sum = 0;
    for (let j = 0; j < dim; j++) sum += (row[j] ?? 0) * (unit[at * dim + j] ?? 0);
    return sum;
  });
  return Array.from(cosines.keys())
    .filter((at) => at !== query && !without.includes(at))
    .sort((a, b) => (cosines[b] ?? 0) - (cosines[a] ?? 0) || a - b)
    .slice(0, count);
}
