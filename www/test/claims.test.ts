// The claim of the first screen and of chapter 1 over three seeds, by the code of the figure, beside CLAIMS.md's numbers.
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { readPacked } from 'metriclab';
import { expect, test } from 'vitest';
import { Study } from '../src/figures/newcomer/study';

const SEEDS = [1, 2, 3];
/** As many as the first screen makes before its first count; CLAIMS.md has 400. */
const STEPS = Number(process.env['METRICLAB_CLAIM_STEPS'] ?? 100);
/** Half a 95 % interval of a mean of three: 4.303 standard errors. */
const T = 4.303;

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
function half(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, one) => sum + (one - middle) ** 2, 0);
  return T * Math.sqrt(squares / (values.length - 1) / values.length);
}
const told = (values: readonly number[]): string => `${mean(values).toFixed(3)} ± ${half(values).toFixed(3)}`;

/** What each space finds after training with a seed of weights, batches and augmentation. The newcomers are always the same. */
async function outcome(bytes: ArrayBuffer, seed: number) {
  const study = await Study.open(bytes, readPacked(bytes), seed);
  await study.advance(STEPS);
  const [{ counts }, raw] = [await study.read(), await study.rawCounts()];
  study.dispose();
  return { raw, ...counts };
}

test('chapter 1 over three seeds', { timeout: 300_000 }, async () => {
  const file = gunzipSync(await readFile(new URL('../../data/packed/hangul.mlds.gz', import.meta.url)));
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
  const found: Awaited<ReturnType<typeof outcome>>[] = [];
  for (const seed of SEEDS) found.push(await outcome(bytes.slice(0), seed));
  const of = (space: 'raw' | 'names' | 'compare'): number[] =>
    found.map((one) => mean(one[space].perNewcomer));
  const gain = of('compare').map((share, at) => share - (of('names')[at] ?? 0));
  // CLAIMS.md, Hangul after 400 steps at 3e-3, five seeds with a split each: 0.084 ± 0.005, 0.303 ± 0.070, 0.616 ± 0.042, +0.314 ± 0.091.
  process.stdout.write(
    `  after ${STEPS} steps, one picture each, among all 400: pixels ${told(of('raw'))}, names ${told(of('names'))}\n`,
  );
  process.stdout.write(`  compare ${told(of('compare'))}, compare less names ${told(gain)}\n`);
  process.stdout.write(
    `  old kept ${told(found.map(({ compare }) => compare.old))}, newcomers refused ${told(found.map(({ compare }) => compare.refused))}\n`,
  );
  expect(mean(gain) - half(gain), 'comparing recognises more newcomers than naming').toBeGreaterThan(0);
  expect(Math.min(...gain), 'with every seed').toBeGreaterThan(0.05);
});
