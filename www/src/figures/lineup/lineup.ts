/** One sample of a line-up: its similarity to the anchor, its share, and how strongly InfoNCE pulls or pushes it. */
export interface Candidate {
  readonly similarity: number;
  /** Softmax over the line-up: e^(s/τ) / Σ e^(s/τ). */
  readonly share: number;
  /** −∂L/∂s: above 0 the sample is pulled nearer, below 0 it is pushed away. */
  readonly force: number;
}

/** A line-up under InfoNCE (van den Oord et al. 2018), its first sample the positive: L = −log of the positive's share. */
export function lineUp(
  similarities: readonly number[],
  temperature: number,
): { loss: number; candidates: Candidate[] } {
  const most = Math.max(...similarities);
  const weights = similarities.map((similarity) => Math.exp((similarity - most) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const candidates = similarities.map((similarity, k) => {
    const share = (weights[k] ?? 0) / sum;
    return { similarity, share, force: ((k === 0 ? 1 : 0) - share) / temperature };
  });
  return { loss: Math.log(sum) - ((similarities[0] ?? 0) - most) / temperature, candidates };
}
