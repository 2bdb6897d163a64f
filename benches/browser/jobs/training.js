import { jaxWasm, jaxWebgpu } from '../contenders/jax.js';
import { oursCpu, oursGpu, WIDTHS } from '../contenders/ours.js';
import { tfjsCpu, tfjsWasm, tfjsWebgl, tfjsWebgpu } from '../contenders/tfjs.js';

/** Trains in blocks and reads the loss at the end of each. The first call is one step. */
function job(name, network, contenders) {
  return {
    name,
    family: name,
    training: true,
    quick: true,
    limit: 120,
    contenders: contenders.map((contender) => ({
      name: contender.name,
      open: () => contender.training(network),
    })),
    check: (loss, row) => {
      if (!Number.isFinite(loss)) throw new Error(`a loss of ${loss}`);
      row.lossFirst = loss;
    },
    end: (row) => {
      if (row.error !== null || row.lossLast === undefined) return;
      if (!(row.lossLast < row.lossFirst))
        row.note = [row.note, 'the loss did not fall'].filter(Boolean).join('; ');
    },
  };
}

export const training = [
  job('step MLP 784-128-32', 'mlp', [
    oursCpu,
    oursGpu,
    tfjsWasm,
    tfjsWebgl,
    tfjsWebgpu,
    tfjsCpu,
    jaxWasm,
    jaxWebgpu,
  ]),
  job('step CNN 8-16-fc32', 'cnn', [
    oursCpu,
    oursGpu,
    tfjsWasm,
    tfjsWebgl,
    tfjsWebgpu,
    tfjsCpu,
    jaxWasm,
    jaxWebgpu,
  ]),
  ...WIDTHS.map((width) => ({
    ...job(`step MLP by width, 784-${width}-32`, `mlp${width}`, [oursCpu, oursGpu]),
    width,
    quick: false,
  })),
  {
    name: 'evaluation n=10000',
    family: 'evaluation n=10000',
    quick: false,
    limit: 60,
    contenders: [
      ['embeddings', 'embedding'],
      ['pixels', 'raw'],
    ].map(([what, space]) => ({
      name: `metriclab CPU, ${what}`,
      open: () => oursCpu.evaluation(space),
    })),
    check: ({ seen }, row) => {
      if (!(seen.recallAt1 > 0.5)) throw new Error(`Recall@1 of ${seen.recallAt1}`);
      row.note = `Recall@1 ${seen.recallAt1.toFixed(3)}`;
    },
  },
];
