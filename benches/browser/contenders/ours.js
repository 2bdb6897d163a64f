// metriclab as its npm package, each device in a Worker of its own. Every figure includes the messages to and from it.
import { createLab } from 'metriclab';
import { mnistBytes } from '../page/mnist.js';
import { queryAt } from '../page/points.js';

/** Entries that are added to a gallery at once. */
const ADDED = 10_000;

const labs = new Map();

/** The lab of a device, opened at its first use. One core computes, as in the peers, unless `cores` says otherwise. */
export function lab(device, cores = 1) {
  const key = `${device} ${cores}`;
  if (!labs.has(key)) labs.set(key, open(device, cores));
  return labs.get(key);
}

async function open(device, cores) {
  const opened = await createLab({ device, cores });
  opened.faults = [];
  opened.on('fault', (fault) => opened.faults.push(`${fault.code}: ${fault.message}`));
  return opened;
}

/** Fails where a lab restarted itself or moved to another device: its figures would be of something else. */
async function sound(device, cores) {
  const opened = await lab(device, cores);
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

/** Widths of the hidden layer at which both modules are compared. */
export const WIDTHS = [64, 128, 256, 512, 1024];

export const NETWORKS = {
  mlp: { kind: 'mlp', hidden: [128] },
  cnn: { kind: 'conv', channels: [8, 16] },
  ...Object.fromEntries(WIDTHS.map((width) => [`mlp${width}`, { kind: 'mlp', hidden: [width] }])),
};

/** @param {'fastest' | 'device'} on where rows are compared; the CPU is both */
function ours(device, name, on = 'device', cores = 1) {
  return {
    name,
    distances: async ({ rows, dim }) => {
      const opened = await sound(device, cores);
      return {
        run: () => opened.distances({ queries: rows, references: rows, dim, metric: 'euclidean', on }),
        after: () => sound(device, cores),
      };
    },
    nearest: async ({ rows, dim }, k) => {
      const opened = await sound(device, cores);
      return {
        run: () => opened.nearest({ queries: rows, references: rows, dim, k, metric: 'euclidean', on }),
        after: () => sound(device, cores),
      };
    },
    /** A new query each time, in a gallery that is prepared. */
    query: async ({ rows, count, dim }, k) => {
      const opened = await sound(device, cores);
      const gallery = await opened.gallery({ dim, distance: 'euclidean' });
      const entry = (i) => ({
        id: String(i),
        name: String(i % 100),
        vector: rows.subarray(i * dim, (i + 1) * dim),
      });
      for (let from = 0; from < count; from += ADDED)
        await gallery.add(Array.from({ length: Math.min(ADDED, count - from) }, (_, i) => entry(from + i)));
      let next = 0;
      return {
        run: async () => {
          const index = queryAt(next++, count);
          const [{ hits }] = await gallery.query([rows.subarray(index * dim, (index + 1) * dim)], { k });
          return { index, found: hits.map(({ id }) => Number(id)) };
        },
        after: () => sound(device, cores),
        close: () => gallery.close(),
      };
    },
    /** All scores of 10,000 digits, on their embeddings or on their pixels, after a first call that embeds. */
    evaluation: async (space) => {
      const opened = await sound(device, cores);
      await opened.loadDataset(await mnistBytes());
      await opened.configure(await sessionOf(opened, NETWORKS.mlp));
      return { run: () => opened.evaluate({ space, k: 10 }), after: () => sound(device, cores) };
    },
    training: async (network) => {
      const opened = await sound(device, cores);
      await opened.loadDataset(await mnistBytes());
      await opened.configure(await sessionOf(opened, NETWORKS[network]));
      return {
        run: async (steps) => {
          const { losses } = await opened.advance(steps);
          return losses.at(-1);
        },
        after: () => sound(device, cores),
      };
    },
  };
}

export const oursCpu = ours('cpu', 'metriclab CPU');
/** The same with as many Workers as the machine has cores. */
export const oursCores = ours(
  'cpu',
  'metriclab CPU, all cores',
  'device',
  Math.min(8, navigator.hardwareConcurrency),
);
export const oursGpu = ours('gpu', 'metriclab WebGPU');
/** The GPU module as a page gets it: on a software adapter it compares rows with its own SIMD code. */
export const oursFastest = ours('gpu', 'metriclab WebGPU, fastest', 'fastest');
