import type { BatchView, SessionConfig } from 'metriclab';
import type { Settings } from '../store/settings';
import { laid, type Laying } from './laying';
import type { Session } from './session';

interface Asked extends Pick<Laying, 'draw' | 'option' | 'config'> {
  /** The sample that is to be the anchor. */
  readonly anchor: number;
  /** The samples among which its nearest are searched. */
  readonly among: readonly number[];
}

/** The settings that show a sample as the anchor of a triplet: of one that was mined, or with its nearest; null where it has none. */
export async function anchored(session: Session, asked: Asked): Promise<Partial<Settings> | null> {
  // The batch is of the present step.
  const batch = session.timeline.shown.value ? null : await session.questions.batch().catch(() => null);
  const mined = batch && hardestWith(batch, asked.anchor);
  if (batch && mined) {
    const { step, indices: ids, distances: learned } = batch;
    return laid({ ...asked, step, ids, learned, places: mined, mined: true, picked: true });
  }
  return withNearest(session, asked);
}

/** The hardest of the mined triplets whose anchor is a sample. */
export function hardestWith(
  {
    indices,
    triplets,
    distances,
    similarity,
  }: Pick<BatchView, 'indices' | 'triplets' | 'distances' | 'similarity'>,
  sample: number,
): Laying['places'] | null {
  let [best, hardest]: [Laying['places'] | null, number] = [null, Infinity];
  for (let at = 0; at + 2 < triplets.length; at += 3) {
    const [a = 0, p = 0, n = 0] = triplets.subarray(at, at + 3);
    if (indices[a] !== sample) continue;
    const further = (distances[a * indices.length + n] ?? NaN) - (distances[a * indices.length + p] ?? NaN);
    const by = similarity ? -further : further;
    if (by < hardest) [best, hardest] = [[a, p, n], by];
  }
  return best;
}

async function withNearest(session: Session, asked: Asked): Promise<Partial<Settings> | null> {
  const { anchor, option } = asked;
  const labels = session.data.value?.labels;
  const others = asked.among.filter((index) => index !== anchor);
  const { rows, step } = await session.questions.rowsOf([anchor, ...others]);
  const dim = rows.length / (others.length + 1);
  const row = (at: number): Float32Array => rows.subarray(at * dim, (at + 1) * dim);
  const far = await distances(session, asked.config, row(0), rows.subarray(dim), dim);
  const nearest = (same: boolean): number => {
    let [best, least] = [-1, Infinity];
    others.forEach((index, at) => {
      const value = (option.similarity ? -1 : 1) * (far[at] ?? NaN);
      if ((labels?.[index] === labels?.[anchor]) === same && value < least) [best, least] = [at, value];
    });
    return best;
  };
  const [p, n] = [nearest(true), nearest(false)];
  if (p < 0 || n < 0) return null;
  const three = Float32Array.from([row(0), row(p + 1), row(n + 1)].flatMap((one) => [...one]));
  const learned = await distances(session, asked.config, three, three, dim);
  const ids = [anchor, others[p] ?? 0, others[n] ?? 0];
  return laid({ ...asked, step, ids, learned, places: [0, 1, 2], mined: false, picked: true });
}

async function distances(
  session: Session,
  { distance }: SessionConfig,
  queries: Float32Array,
  references: Float32Array,
  dim: number,
): Promise<Float32Array> {
  const engine = await session.labs.probe();
  return engine.distances({ queries, references, dim, metric: distance });
}
