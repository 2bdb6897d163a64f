import { ownBytes } from '../arguments.js';
import type { SessionConfig } from '../types.js';
import type { FileArray } from './arrays.js';
import { isSafetensors, readMetadata, readSafetensors, writeSafetensors } from './safetensors.js';
import { Work, invalid, watched } from './work.js';

/** What `Lab.save` writes into its file's metadata. */
const SAVED = 'metriclab-session-2';
/** What this writes. */
const FORMAT = 'metriclab-weights-1';

/** Everything but the tensors that an embedding needs. */
interface Model {
  readonly network: SessionConfig['network'];
  readonly dim: number;
  /** The last step: nothing, length 1, or a histogram by softmax. */
  readonly ending: 'plain' | 'unit' | 'histogram';
  /** Whether samples are |x - centre|, not (x - centre) / scale. */
  readonly ink: boolean;
  /** Whether the last channel of a sample tells which frames are there. */
  readonly presence: boolean;
  readonly distance: SessionConfig['distance'];
  readonly step: number;
}

/** The part of the saved text that is needed. */
interface Progress {
  readonly ink: boolean;
  readonly presence: boolean;
  readonly step: number;
  readonly config: SessionConfig;
}

/**
 * The weights of a saved session as safetensors, without the optimiser's state: what other programs need to embed samples
 * as this network does. The metadata entry `model` is JSON with the network, the dimension, the ending, the distance and
 * the step; `preparation.centre` and `preparation.scale` prepare the samples. `docs/weights.py` of the source embeds with
 * such a file and numpy alone.
 *
 * @param saved What `Lab.save` gave: an `ArrayBuffer`, a view of one, or a `Blob`.
 * @throws MetricLabError `argument.invalid`, `data.invalid`, `data.too_large`.
 *
 * @example
 * ```ts
 * const file = await weightsOf(await lab.save());
 * ```
 */
export async function weightsOf(saved: ArrayBuffer | ArrayBufferView | Blob): Promise<Blob> {
  const source = ownBytes(saved);
  return watched(new Work(), async () => {
    const bytes = source instanceof Blob ? new Uint8Array(await source.arrayBuffer()) : source;
    const metadata = isSafetensors(bytes) ? readMetadata(bytes) : null;
    if (metadata?.get('format') !== SAVED) throw invalid('This is no session that Lab.save wrote');
    const model = await modelOf(progressOf(metadata.get('progress') ?? ''));
    const kept = readSafetensors(bytes).filter(({ name }) => isWeight(name));
    return writeSafetensors(kept.map(asFloats), { format: FORMAT, model: JSON.stringify(model) });
  });
}

/** The network and the preparation; not the moments, what a loss learns, or remembered embeddings. */
function isWeight(name: string): boolean {
  return /^(network|preparation)\./.test(name) && !/\.moment_[12]$/.test(name);
}

function asFloats(array: FileArray): FileArray {
  if (array.type !== 'f4') throw invalid('A tensor of the session has other numbers than 32-bit floats');
  return array;
}

function progressOf(text: string): Progress {
  try {
    const { ink, presence = false, step, config } = JSON.parse(text) as Partial<Progress>;
    if (typeof ink === 'boolean' && typeof step === 'number' && typeof config?.embedding.dim === 'number')
      return { ink, presence, step, config };
  } catch (cause) {
    throw invalid('The session does not say how it was made', cause);
  }
  throw invalid('The session does not say how it was made');
}

async function modelOf({ ink, presence, step, config }: Progress): Promise<Model> {
  const { network, embedding, distance } = config;
  const { CATALOGUE } = await import('../generated/catalogue.js');
  const option = CATALOGUE.distances.find(({ kind }) => kind === distance);
  if (!option) throw invalid('The session has a distance that is not known');
  const plain = embedding.normalize ? 'unit' : 'plain';
  const ending = option.rows === 'histograms' ? 'histogram' : plain;
  return { network, dim: embedding.dim, ending, ink, presence, distance, step };
}
