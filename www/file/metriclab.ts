// `metriclab` as the pages of one file use it: the entry point that holds its Worker and its module, and data sets that lie in
// the file too.
import { MetricLabError } from 'metriclab/inline';
import { held } from './held.ts';

export * from 'metriclab/inline';

/** The data with the name that an address ends in. Stands for the package's own, which would ask a network. */
export async function fetchPacked(address: string | URL): Promise<ArrayBuffer> {
  const name = /([a-z0-9-]+)\.(?:mlds|json)\.gz$/.exec(new URL(address, document.baseURI).pathname)?.[1];
  const bytes = name === undefined ? null : held(`data-${name}`);
  if (!bytes) throw new MetricLabError('data.unreachable', `This file does not hold ${String(address)}.`);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(unpacked).arrayBuffer();
}
