import type { Evaluation } from 'metriclab';
import type { Verdict } from '../figures/compare/score';
import type { ScorePoint } from '../session/history';

const PARTS = ['seen', 'unseen'] as const;

/** Recall@1 at a step, with its 95% interval. */
export interface RecallPoint {
  readonly step: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Recall@1 of one kind of classes: of the embedding over the steps, and of the raw input, which no step changes. */
export interface Recall {
  readonly part: (typeof PARTS)[number];
  readonly own: readonly RecallPoint[];
  readonly raw: Omit<RecallPoint, 'step'>;
  /** Of the last step beside the raw input: intervals that overlap are no difference. */
  readonly verdict: Verdict;
}

/** What was measured of each kind of classes that has both. */
export function recallOf(scores: readonly ScorePoint[], baseline: Evaluation | null): readonly Recall[] {
  return PARTS.flatMap((part): Recall[] => {
    const own = scores.flatMap(({ step, [part]: found }) =>
      found ? [{ step, value: found.recall, low: found.low, high: found.high }] : [],
    );
    const [last, base] = [own.at(-1), baseline?.[part]];
    if (!last || !base) return [];
    const [low, high] = base.recallAt1Interval;
    const verdict = last.low > high ? 'better' : last.high < low ? 'worse' : 'same';
    return [{ part, own, raw: { value: base.recallAt1, low, high }, verdict }];
  });
}
