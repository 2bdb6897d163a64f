// Fashion-MNIST, the 10,000 test pictures: Debian package dataset-fashion-mnist, unpacked without installing it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackDebian } from '../../debian.mjs';
import { readIdx } from '../../idx.mjs';
import { pack } from '../../mlds.mjs';

const PACKAGE = 'dataset-fashion-mnist';
const INSTALLED = '/usr/share/datasets/fashion-mnist';

export const title = { en: 'Clothes (Fashion-MNIST)', ko: '옷 (Fashion-MNIST)' };
export const note = {
  en: '10,000 pictures of clothes, 10 classes.',
  ko: '옷 이미지 10,000장, 클래스 10개.',
};

export const inputs = {
  't10k-images-idx3-ubyte.gz': 'cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa',
  't10k-labels-idx1-ubyte.gz': '8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05',
};

export async function fetchInputs(cache) {
  const installed = await readAll(INSTALLED);
  if (installed) return installed;
  const files = await readAll(join(await unpackDebian(cache, PACKAGE), INSTALLED));
  if (!files) throw new Error(`${PACKAGE} was unpacked, but ${Object.keys(inputs).join(' and ')} are not in it`);
  return files;
}

async function readAll(folder) {
  try {
    const entries = Object.keys(inputs).map(async (file) => [file, await readFile(join(folder, file))]);
    return Object.fromEntries(await Promise.all(entries));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

export function build(files, { name, notice }) {
  const { pixels, labels, ...shape } = readIdx(...Object.keys(inputs).map((file) => gunzipSync(files[file])));
  const header = {
    name,
    title,
    ...shape,
    channels: 1,
    classes: ['T-shirt', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
    domains: [],
    licence: 'MIT',
    source: `Debian ${PACKAGE}, t10k`,
    notice,
  };
  return pack(header, pixels, labels, new Uint8Array());
}
