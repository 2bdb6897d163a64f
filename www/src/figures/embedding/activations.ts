import { tensor, textOf } from '../newcomer/safetensors';

/** The outputs of a layer: `channels` square pictures of `side` × `side` numbers, one after the other. */
export interface Layer {
  readonly channels: number;
  readonly side: number;
  readonly values: Float32Array;
}

/** One picture on its way through the network. */
export interface Activations {
  readonly layers: readonly Layer[];
  /** The last step: scaled to length 1. */
  readonly embedding: Float32Array;
}

interface Weighted {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** A small convolutional network as a session saves it. */
export interface Weights {
  readonly step: number;
  readonly convolutions: readonly Weighted[];
  readonly head: Weighted;
  readonly centre: Float32Array;
  readonly scale: Float32Array;
  /** Whether a picture is |x − centre|, not (x − centre) / scale. */
  readonly ink: boolean;
}

/** Reads the weights of a saved session whose network has so many convolutions. */
export function weightsIn(saved: Uint8Array, convolutions: number): Weights {
  const { step, ink } = JSON.parse(textOf(saved, 'progress')) as { step: number; ink: boolean };
  const read = (name: string): Weighted => ({
    weight: tensor(saved, `network.${name}.weight`),
    bias: tensor(saved, `network.${name}.bias`),
  });
  return {
    step,
    ink,
    convolutions: Array.from({ length: convolutions }, (_, k) => read(String(k))),
    head: read('head'),
    centre: tensor(saved, 'preparation.centre'),
    scale: tensor(saved, 'preparation.scale'),
  };
}

/** The engine's arithmetic for one grey picture of bytes, layer after layer; `docs/weights.py` has it in numpy. */
export function activationsOf(weights: Weights, picture: Uint8Array): Activations {
  const { centre, scale, ink, convolutions, head } = weights;
  const [middle, unit] = [centre[0] ?? 0, scale[0] ?? 1];
  const prepared = Float32Array.from(picture, (byte) =>
    ink ? Math.abs(byte / 255 - middle) : (byte / 255 - middle) / unit,
  );
  let layer: Layer = { channels: 1, side: Math.sqrt(picture.length), values: prepared };
  const layers = convolutions.map((convolution) => (layer = convolved(layer, convolution)));
  const dim = head.bias.length;
  const row = head.bias.map((bias, k) =>
    layer.values.reduce((sum, value, at) => sum + value * (head.weight[at * dim + k] ?? 0), bias),
  );
  const length = Math.hypot(...row);
  return { layers, embedding: row.map((value) => (length > 0 ? value / length : value)) };
}

/** A kernel of 3 × 3, padded by 1, at every second place, and 0 for what is below 0. */
function convolved({ channels, side, values }: Layer, { weight, bias }: Weighted): Layer {
  const half = Math.ceil(side / 2);
  const out = new Float32Array(bias.length * half * half);
  out.forEach((_, at) => {
    const [to, row, column] = [Math.floor(at / half / half), Math.floor(at / half) % half, at % half];
    let sum = bias[to] ?? 0;
    for (let from = 0; from < channels; from++)
      for (let tap = 0; tap < 9; tap++) {
        const [y, x] = [2 * row + Math.floor(tap / 3) - 1, 2 * column + (tap % 3) - 1];
        if (y < 0 || x < 0 || y >= side || x >= side) continue;
        const value = values[(from * side + y) * side + x] ?? 0;
        sum += value * (weight[(to * channels + from) * 9 + tap] ?? 0);
      }
    out[at] = Math.max(0, sum);
  });
  return { channels: bias.length, side: half, values: out };
}
