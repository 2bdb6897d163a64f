// metriclab as its npm package, each device in a Worker of its own. Every figure includes the messages to and from it.
import { createLab } from 'metriclab';
import { mnistBytes } from '../page/mnist.js';

const labs = new Map();

/** The lab of a device, opened at its first use. */
export function lab(device) {
  if (!labs.has(device)) labs.set(device, open(device));
  return labs.get(device);
}

async function open(device) {
  const opened = await createLab({ device });
  opened.faults = [];
  opened.on('fault', (fault) => opened.faults.push(`${fault.code}: ${fault.message}`));
  return opened;
}

/** Fails where a lab restarted itself or moved to another device: its figures would be of something else. */
async function sound(device) {
  const opened = await lab(device);
  if (opened.faults.length > 0) throw new Error(opened.faults.join('; '));
  if (opened.device.kind !== device) throw new Error(`the lab runs on the ${opened.device.kind}`);
  return opened;
}

/** Training settings of all contenders. */
export async function sessionOf(opened, network) {
  return {
    ...(await opened.defaults()),
    unseenClasses: 0,
    network,
    embedding: { dim: 32, normalize: true },
    distance: 'euclidean',
    loss: { kind: 'triplet', margin: 0.2, swap: false, smooth: false },
    miner: { kind: 'batchHard' },
    optimizer: { kind: 'adam', learningRate: 1e-3, weightDecay: 0 },
    batch: { classes: 8, perClass: 16 },
    augment: { shift: 0 },
  };
}

export const NETWORKS = { mlp: { kind: 'mlp', hidden: [128] }, cnn: { kind: 'conv', channels: [8, 16] } };

/** @param {'fastest' | 'device'} on where rows are compared; the CPU is both */
function ours(device, name, on = 'device') {
  return {
    name,
    distances: async ({ rows, dim }) => {
      const opened = await sound(device);
      return {
        run: () => opened.distances({ queries: rows, references: rows, dim, metric: 'euclidean', on }),
        after: () => sound(device),
      };
    },
    nearest: async ({ rows, dim }, k) => {
      const opened = await sound(device);
      return {
        run: () => opened.nearest({ queries: rows, references: rows, dim, k, metric: 'euclidean', on }),
        after: () => sound(device),
      };
    },
    training: async (network) => {
      const opened = await sound(device);
      await opened.loadDataset(await mnistBytes());
      await opened.configure(await sessionOf(opened, NETWORKS[network]));
      return {
        run: async (steps) => {
          const { losses } = await opened.advance(steps);
          return losses.at(-1);
        },
        after: () => sound(device),
      };
    },
  };
}

export const oursCpu = ours('cpu', 'metriclab CPU');
export const oursGpu = ours('gpu', 'metriclab WebGPU');
/** The GPU module as a page gets it: on a software adapter it compares rows with its own SIMD code. */
export const oursFastest = ours('gpu', 'metriclab WebGPU, fastest', 'fastest');
