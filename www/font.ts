import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';
import type { Plugin } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const words = join(here, 'src/words');
const folder = join(here, '.font');
const ASCII = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');

/** Every character that the page writes, the syllables of the data set `hangul` included. */
function characters(): string {
  const texts = readdirSync(words, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(words, name), 'utf8'));
  const syllables = join(here, 'src/figures/newcomer/syllables.txt');
  if (existsSync(syllables)) texts.push(readFileSync(syllables, 'utf8'));
  return [...new Set(ASCII + texts.join(''))].sort().join('');
}

/** Cuts Pretendard to the characters of the page, so that the first view loads one small file. */
export function pageFont(): Plugin {
  return {
    name: 'page-font',
    async buildStart() {
      const text = characters();
      const stamp = join(folder, 'stamp');
      const key = createHash('sha256').update(text).digest('hex');
      if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
      const require = createRequire(import.meta.url);
      const source = require.resolve('pretendard/dist/public/variable/PretendardVariable.ttf');
      const cut = await subsetFont(readFileSync(source), text, {
        targetFormat: 'woff2',
        variationAxes: { wght: { min: 400, max: 800 } },
      });
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'pretendard.woff2'), cut);
      writeFileSync(stamp, key);
    },
  };
}
