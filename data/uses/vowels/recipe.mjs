// Voices: nine men say two Japanese vowels, 640 times in all, as frames of 12 cepstral coefficients; from the Python package sktime.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackWheel } from '../../wheel.mjs';
import { expect, pack } from '../../mlds.mjs';

const WHEEL = 'sktime-1.2.0-py3-none-any.whl';
const PARTS = ['TRAIN', 'TEST'];
/** Frames of every sample; the recordings have 7 to 29. */
const FRAMES = 16;
const FEATURES = 12;

export const title = { en: 'Voices (Japanese vowels)', ko: '목소리 (일본어 모음)' };
export const note = { en: '640 utterances of nine speakers.', ko: '화자 9명의 발화 640개.' };

export const inputs = { [WHEEL]: 'dbffc6731d2d683b668dceb5e2bbc5804bebc8446b4c580803a281684d90e4ae' };

export async function fetchInputs(cache) {
  const folder = await unpackWheel(cache, 'sktime', '1.2.0', WHEEL);
  const path = (part) => join(folder, `sktime/datasets/data/JapaneseVowels/JapaneseVowels_${part}.ts`);
  const files = { [WHEEL]: await readFile(join(folder, WHEEL)) };
  for (const part of PARTS) files[part] = await readFile(path(part));
  return files;
}

/** One utterance a line: twelve lists of numbers, and the speaker. */
function utterances(text) {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !/^[#@]/.test(line));
  return lines.map((line) => {
    const parts = line.split(':');
    const speaker = Number(parts.pop()) - 1;
    expect(parts.length === FEATURES && speaker >= 0 && speaker < 9, `an utterance has ${parts.length} features`);
    return { speaker, features: parts.map((part) => part.split(',').map(Number).filter(Number.isFinite)) };
  });
}

/** Stretches or shrinks a curve to `FRAMES` numbers, linearly. */
function stretched(values) {
  return Array.from({ length: FRAMES }, (_, at) => {
    const place = (at * (values.length - 1)) / (FRAMES - 1);
    const low = Math.floor(place);
    return values[low] + (place - low) * ((values[low + 1] ?? values[low]) - values[low]);
  });
}

export function build(files, { name, notice }) {
  const all = PARTS.flatMap((part) => utterances(files[part].toString('utf8')));
  const header = {
    name,
    title,
    count: all.length,
    channels: FEATURES,
    height: 1,
    width: FRAMES,
    classes: Array.from({ length: 9 }, (_, at) => `speaker ${at + 1}`),
    domains: [],
    licence: 'CC-BY-4.0',
    source: 'UCI Japanese Vowels, in PyPI sktime 1.2.0',
    notice,
    kind: 'picture',
    type: 'f32',
    background: null,
  };
  const numbers = Float32Array.from(all.flatMap(({ features }) => features.flatMap(stretched)));
  return pack(header, new Uint8Array(numbers.buffer), Uint16Array.from(all, ({ speaker }) => speaker), new Uint8Array());
}
