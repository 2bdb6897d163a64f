/**
 * The place of the case to begin with: the first whose outcome is the most frequent one. Where several outcomes are as frequent,
 * the first of all that have one of them. 0 without outcomes.
 */
export function typicalPlace(outcomes: readonly (string | boolean)[]): number {
  const counts = new Map<string | boolean, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return Math.max(
    0,
    outcomes.findIndex((outcome) => counts.get(outcome) === most),
  );
}
