import { lab, NETWORKS, sessionOf } from '../contenders/ours.js';
import { mnistBytes } from './mnist.js';

let ready;

/** 10,000 digits by a network of 100 steps: what the page draws. */
export const mnistEmbeddings = () => (ready ??= embed());

async function embed() {
  const opened = await lab('cpu');
  await opened.loadDataset(await mnistBytes());
  await opened.configure(await sessionOf(opened, NETWORKS.mlp));
  await opened.advance(100);
  const rows = await opened.embeddings();
  return { rows, count: 10_000, dim: rows.length / 10_000 };
}
