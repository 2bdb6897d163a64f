// Losses and gradients of pytorch-metric-learning (tests/golden/losses.json, in f64), which every device must reach.
import type { Lab, LossRequest } from 'metriclab';
import golden from '../../../tests/golden/losses.json';
import requests from '../../../tests/golden/requests.json';

/** The largest error of a value and of a gradient, relative to the largest number. */
const [VALUE, GRADIENT] = [1e-5, 1e-4];

/** Distance, loss and miner of each entry. */
type Entry = Pick<LossRequest, 'distance' | 'loss'> & Partial<Pick<LossRequest, 'miner'>>;
const ENTRIES = requests as Readonly<Record<keyof typeof golden.losses, object>> as Readonly<
  Record<keyof typeof golden.losses, Entry>
>;

export const NAMES = Object.keys(ENTRIES) as readonly (keyof typeof ENTRIES)[];

/** The numbers of an entry of the file. */
interface Wanted {
  readonly value: number;
  readonly grad_embeddings: readonly (readonly number[])[];
  readonly grad_weight?: readonly (readonly number[])[];
}

/** The parameters that an entry's loss has learned: none, or a column for each centre of a class. */
function learned(name: keyof typeof ENTRIES, wanted: Wanted): readonly number[] {
  if (!wanted.grad_weight) return [];
  return (name === 'soft_triple' ? golden['fc_Dx(C*K)'] : golden.W_DxC).flat();
}

function requestOf(name: keyof typeof ENTRIES, wanted: Wanted): LossRequest {
  const { distance, loss, miner = { kind: 'none', margin: 0.2 } } = ENTRIES[name];
  const { embeddings, ref_view, labels, D } = golden;
  const views = name === 'vicreg';
  const rows = embeddings.map((_, at) => at);
  return {
    embeddings: Float32Array.from((views ? [embeddings, ref_view] : [embeddings]).flat(2)),
    dim: D,
    labels: Uint16Array.from(views ? [...rows, ...rows] : labels),
    loss,
    distance,
    miner,
    normalize: name !== 'angular' && !views,
    learned: Float32Array.from(learned(name, wanted)),
    seed: 3,
  };
}

const columns = (rows: readonly (readonly number[])[]): number[][] =>
  (rows[0] ?? []).map((_, at) => rows.map((row) => row[at] ?? NaN));

/** How far a device is from an entry: the worst of value, gradient and gradient by what is learned. */
export async function errorOf(
  lab: Lab,
  name: keyof typeof ENTRIES,
  apart: (got: ArrayLike<number>, wanted: ArrayLike<number>) => number,
): Promise<{ readonly apart: number; readonly allowed: number }> {
  const wanted: Wanted = golden.losses[name];
  const { value, gradient, learnedGradient } = await lab.lossOf(requestOf(name, wanted));
  const rows = wanted.grad_embeddings.flat();
  const weights = wanted.grad_weight ?? [];
  // The file has a row for each proxy.
  const byLearned = (name.startsWith('proxy') ? columns(weights) : weights).flat();
  const errors = [
    { apart: apart([value], [wanted.value]), allowed: VALUE },
    // A second view has a gradient of its own, which the file does not hold.
    { apart: apart(gradient.subarray(0, rows.length), rows), allowed: GRADIENT },
    { apart: byLearned.length > 0 ? apart(learnedGradient, byLearned) : 0, allowed: GRADIENT },
  ];
  return errors.reduce((worst, error) =>
    error.apart / error.allowed > worst.apart / worst.allowed ? error : worst,
  );
}
