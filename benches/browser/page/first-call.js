import { createLab } from 'metriclab';
import { NETWORKS, sessionOf } from '../contenders/ours.js';
import { mnistBytes } from './mnist.js';
import { points } from './points.js';

/** Milliseconds of each part of a lab's first work in a fresh browser. */
export async function firstCall(device, work) {
  const { rows, dim } = points(1024, 128);
  const bytes = await mnistBytes();
  const parts = {};
  const part = async (name, run) => {
    const begun = performance.now();
    const result = await run();
    parts[name] = performance.now() - begun;
    return result;
  };
  const lab = await part('open', () => createLab({ device }));
  if (lab.device.kind !== device) throw new Error(`the lab runs on the ${lab.device.kind}`);
  if (work === 'nearest') {
    const request = { queries: rows, references: rows, dim, k: 10, metric: 'euclidean', on: 'device' };
    await part('first', () => lab.nearest(request));
    await part('second', () => lab.nearest(request));
  } else {
    await part('data', () => lab.loadDataset(bytes));
    const config = await sessionOf(lab, NETWORKS.mlp);
    await part('configure', () => lab.configure(config));
    await part('first', () => lab.advance(1));
    await part('second', () => lab.advance(1));
  }
  lab.dispose();
  return parts;
}
