import { lab, NETWORKS, sessionOf } from '../contenders/ours.js';
import { mnistBytes } from './mnist.js';

let ready;

/** Embeddings of 10,000 digits after 100 steps, as the page draws them. */
export const mnistEmbeddings = () => (ready ??= embed());

async function embed() {
  const opened = await lab('cpu');
  await opened.loadDataset(await mnistBytes());
  await opened.configure(await sessionOf(opened, NETWORKS.mlp));
  await opened.advance(100);
  const rows = await opened.embeddings();
  return { rows, count: 10_000, dim: rows.length / 10_000 };
}
