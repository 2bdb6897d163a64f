// The names and keywords of the packed emoji, in English and Korean. Writes data/words/emoji-words.json.gz.
//
//   node data/words/emoji.mjs
//
// They are those of Unicode's CLDR, as the npm package emojibase-data has them. The file is kept in the repository.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

const PACKAGE = 'emojibase-data@17.0.0';
const LANGUAGES = ['en', 'ko'];
/** Words that fewer emoji have teach nothing: what they mean is seen in no second picture. */
const LEAST = 2;
const PRESENTATION = /\u{fe0f}/gu;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const json = (path) => JSON.parse(readFileSync(here(path), 'utf8'));

const folder = here('../cache/emojibase-data');
mkdirSync(folder, { recursive: true });
const tarball = execFileSync('npm', ['pack', '--silent', PACKAGE], { cwd: folder }).toString().trim();
const files = LANGUAGES.map((language) => `package/${language}/compact.json`);
execFileSync('tar', ['xzf', tarball, ...files], { cwd: folder });

const bytes = gunzipSync(readFileSync(here('../packed/emoji.mlds.gz')));
const { classes } = JSON.parse(bytes.toString('utf8', 12, 12 + bytes.readUInt32LE(8)));

/** The words of each emoji: those of its name and of its keywords. */
function wordsOf(language) {
  const known = new Map(
    json(`../cache/emojibase-data/package/${language}/compact.json`).map(({ unicode, label, tags = [] }) => [
      unicode.replaceAll(PRESENTATION, ''),
      [label, ...tags].join(' ').toLowerCase(),
    ]),
  );
  const said = classes.map((emoji) => {
    const text = known.get(emoji.replaceAll(PRESENTATION, '')) ?? '';
    return [...new Set(text.match(/[\p{L}\p{N}]+/gu) ?? [])];
  });
  const counts = new Map();
  for (const word of said.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].flatMap(([word, count]) => (count >= LEAST ? [word] : [])).sort();
  const place = new Map(words.map((word, at) => [word, at]));
  return { words, of: said.map((own) => own.flatMap((word) => place.get(word) ?? [])) };
}

const content = {
  source: `npm ${PACKAGE}, whose texts are those of Unicode CLDR`,
  classes,
  ...Object.fromEntries(LANGUAGES.map((language) => [language, wordsOf(language)])),
};
const packed = gzipSync(JSON.stringify(content), { level: 9 });
writeFileSync(here('./emoji-words.json.gz'), packed);
for (const language of LANGUAGES) {
  const { words, of } = content[language];
  const without = of.filter((own) => own.length === 0).length;
  console.log(`${language}: ${words.length} words, ${without} of ${classes.length} emoji without any`);
}
console.log(`${packed.length} bytes`);
