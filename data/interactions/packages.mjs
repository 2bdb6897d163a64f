// A part of debian.json.gz that trains in the page within seconds: Python, R, and the libraries of programs.
// Writes data/interactions/packages.json.gz.
//
//   node data/interactions/packages.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pathToFileURL } from 'node:url';

const SECTIONS = ['python', 'gnu-r', 'javascript', 'java', 'libs', 'introspection'];
/** Users of an item, and items of a user, at least. */
const LEAST = { users: 15, items: 6 };
const SECTION = 'section:';

const file = (name) => new URL(`./${name}.json.gz`, import.meta.url);

/** The items of these sections with enough users, and the users with enough of those items. */
export function partOf({ source, items, words, wordsOf, users: all }) {
  const sectionOf = (item) => wordsOf[item].map((at) => words[at]).find((word) => word.startsWith(SECTION));
  const inside = (item) => SECTIONS.includes(sectionOf(item).slice(SECTION.length));
  let users = all.map((own) => own.filter(inside));
  let kept;
  for (;;) {
    const counts = new Map();
    for (const own of users) for (const item of own) counts.set(item, (counts.get(item) ?? 0) + 1);
    kept = [...counts].flatMap(([item, count]) => (count >= LEAST.users ? [item] : [])).sort((a, b) => a - b);
    const known = new Set(kept);
    const next = users.map((own) => own.filter((item) => known.has(item))).filter((own) => own.length >= LEAST.items);
    const same = next.length === users.length && next.every((own, at) => own.length === users[at].length);
    users = next;
    if (same) break;
  }
  const said = [...new Set(kept.flatMap((item) => wordsOf[item]))].sort((a, b) => a - b);
  const place = (list) => new Map(list.map((one, at) => [one, at]));
  const [itemAt, wordAt] = [place(kept), place(said)];
  return {
    source,
    items: kept.map((item) => items[item]),
    words: said.map((word) => words[word]),
    wordsOf: kept.map((item) => wordsOf[item].map((word) => wordAt.get(word))),
    users: users.map((own) => own.map((item) => itemAt.get(item))),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const part = partOf(JSON.parse(gunzipSync(readFileSync(file('debian')))));
  const bytes = gzipSync(JSON.stringify(part), { level: 9 });
  writeFileSync(file('packages'), bytes);
  const pairs = part.users.reduce((sum, { length }) => sum + length, 0);
  console.log(`${part.users.length} users, ${part.items.length} items, ${pairs} pairs, ${bytes.length} bytes`);
}
