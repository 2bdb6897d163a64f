/** The `count` other rows with the largest cosine to row `query`, `without` some; ties go by index. */
export function nearestRows(
  unit: Float32Array,
  dim: number,
  query: number,
  count: number,
  without: readonly number[] = [],
): number[] {
  return nearestByFirst(unit, dim, dim, query, count, without);
}

/** The same by the first `kept` numbers of each row alone. */
export function nearestByFirst(
  rows: Float32Array,
  dim: number,
  kept: number,
  query: number,
  count: number,
  without: readonly number[] = [],
): number[] {
  const cosines = cosinesTo(rows, dim, kept, query);
  return largest(cosines, count, (at) => at !== query && !without.includes(at));
}

/** The nearest row of each class but the query's own, for the `count` classes that have the nearest ones. */
export function nearestOthers(
  unit: Float32Array,
  dim: number,
  query: number,
  labels: ArrayLike<number>,
  count: number,
): number[] {
  const cosines = cosinesTo(unit, dim, dim, query);
  const best = new Map<number, number>();
  cosines.forEach((value, at) => {
    const label = labels[at] ?? 0;
    const known = best.get(label);
    if (label !== labels[query] && (known === undefined || value > (cosines[known] ?? 0)))
      best.set(label, at);
  });
  return [...best.values()].sort((a, b) => (cosines[b] ?? 0) - (cosines[a] ?? 0) || a - b).slice(0, count);
}

/** The cosine of each row to row `query`, by the first `kept` numbers alone. */
function cosinesTo(rows: Float32Array, dim: number, kept: number, query: number): Float32Array {
  const row = rows.subarray(query * dim, query * dim + kept);
  return Float32Array.from({ length: rows.length / dim }, (_, at) => {
    let sum = 0;
    for (let j = 0; j < kept; j++) sum += (row[j] ?? 0) * (rows[at * dim + j] ?? 0);
    // A whole row has length 1: its rounding would change the order of what is equally near.
    if (kept === dim) return sum;
    let squares = 0;
    for (let j = 0; j < kept; j++) squares += (rows[at * dim + j] ?? 0) ** 2;
    return sum / (Math.sqrt(squares) || 1);
  });
}

/** The places of the `count` largest values among those that are allowed, largest first; of equal ones the first. */
function largest(values: Float32Array, count: number, allowed: (at: number) => boolean): number[] {
  const best: number[] = [];
  const valueOf = (place: number): number => values[best[place] ?? 0] ?? 0;
  values.forEach((value, at) => {
    if ((best.length === count && !(value > valueOf(count - 1))) || !allowed(at)) return;
    let place = best.length;
    while (place > 0 && value > valueOf(place - 1)) place--;
    best.splice(place, 0, at);
    if (best.length > count) best.pop();
  });
  return best;
}
