import type { Options, SessionConfig } from 'metriclab';
import { placeTriangle, straightLength, straightOf, type Straight } from '../geometry/placement';
import type { CompleteLoss } from '../store/loss-settings';
import { distanceName, type Settings } from '../store/settings';
import { writeTaken, type Taken } from '../store/taken';

type DistanceOption = Options['distances'][number];

/** The engine's entry of a session's distance. */
export function optionOf(options: Options | null, { distance }: SessionConfig): DistanceOption | undefined {
  return options?.distances.find(({ kind }) => distanceName(kind) === distanceName(distance));
}

/** Three of some samples with all distances between them. */
export interface Laying {
  readonly step: number;
  readonly ids: ArrayLike<number>;
  /** By the session's distance, row after row. */
  readonly learned: Float32Array;
  /** Positions of anchor, positive and negative. */
  readonly places: readonly [number, number, number];
  readonly mined: boolean;
  readonly draw: number;
  readonly picked?: boolean;
  readonly option: DistanceOption;
  readonly config: SessionConfig;
}

/** The settings that show a triplet of the data set in the plane, at its true distances where these fit. */
export function laid({
  step,
  ids,
  learned,
  places,
  mined,
  draw,
  picked,
  option,
  config,
}: Laying): Partial<Settings> {
  const straight = straightOf(option);
  const length = (i: number, j: number): number => straightLength(learned[i * ids.length + j] ?? 0, straight);
  const [a, p, n] = places;
  const { points, exact } = placeTriangle({ ap: length(a, p), an: length(a, n), pn: length(p, n) });
  const taken: Taken = {
    samples: [ids[a] ?? 0, ids[p] ?? 0, ids[n] ?? 0],
    step,
    draw,
    mined,
    exact,
    chord: straight === 'chord',
    moved: false,
    picked: picked ?? false,
  };
  return { points, taken: writeTaken(taken), ...planeSettings(config.loss as CompleteLoss, straight) };
}

/** The plane works on straight lines, or on their squares; it takes over the session's loss, where it can be drawn. */
function planeSettings(loss: CompleteLoss, straight: Straight): Partial<Settings> {
  const lines = {
    planeDistance: straight === 'root' ? 'squaredEuclidean' : 'euclidean',
    planeNormalize: false,
  } as const;
  if (straight === 'chord') return lines;
  switch (loss.kind) {
    case 'triplet':
      return {
        ...lines,
        planeLoss: loss.kind,
        planeMargin: loss.margin,
        planeSwap: loss.swap,
        planeSmooth: loss.smooth,
      };
    case 'contrastive':
      return {
        ...lines,
        planeLoss: loss.kind,
        planePosMargin: loss.posMargin,
        planeNegMargin: loss.negMargin,
      };
    case 'margin':
      return { ...lines, planeLoss: loss.kind, planeAlpha: loss.alpha, planeBeta: loss.beta };
    default:
      return lines;
  }
}
