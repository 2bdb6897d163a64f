// Who depends on whom in Debian: packages as users, what they depend on as items. Writes data/interactions/debian.json.gz.
//
//   node data/interactions/debian.mjs
//
// The graph changes with the mirror, so the file is kept in the repository. Names and dependencies are facts.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Dependencies of a user, and users of an item, at least. */
const LEAST = 5;
/** Items that so many packages need say nothing about taste. */
const MOST = 1_500;

const text = execFileSync('apt-cache', ['dumpavail'], { maxBuffer: 1 << 28 }).toString();
const packages = new Map();
for (const paragraph of text.split('\n\n')) {
  const field = (name) => paragraph.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1] ?? '';
  const name = field('Package');
  if (!name) continue;
  const needs = [field('Pre-Depends'), field('Depends')]
    .join(',')
    .split(',')
    .map((part) => part.trim().split(/[ (|:]/)[0])
    .filter(Boolean);
  packages.set(name, { needs: [...new Set(needs)], section: field('Section').split('/').at(-1) });
}
let users = [...packages].map(([name, { needs }]) => ({ name, needs }));
let items;
for (;;) {
  const counts = new Map();
  for (const { needs } of users) for (const need of needs) counts.set(need, (counts.get(need) ?? 0) + 1);
  items = [...counts].filter(([, count]) => count >= LEAST && count <= MOST).map(([name]) => name);
  const known = new Set(items);
  const before = users.length;
  users = users
    .map(({ name, needs }) => ({ name, needs: needs.filter((need) => known.has(need)) }))
    .filter(({ needs }) => needs.length >= LEAST);
  if (users.length === before) break;
}
items.sort();
users.sort((a, b) => (a.name < b.name ? -1 : 1));
const place = new Map(items.map((name, at) => [name, at]));
const words = (name) => [
  ...name.split(/[-.+]/).filter((word) => word.length > 1),
  `section:${packages.get(name)?.section ?? 'virtual'}`,
];
const vocabulary = [...new Set(items.flatMap(words))].sort();
const word = new Map(vocabulary.map((text, at) => [text, at]));
const graph = {
  source: 'apt-cache dumpavail, Debian 12',
  items,
  words: vocabulary,
  wordsOf: items.map((name) => [...new Set(words(name))].map((text) => word.get(text))),
  users: users.map(({ needs }) => needs.map((need) => place.get(need))),
};
const bytes = gzipSync(JSON.stringify(graph), { level: 9 });
writeFileSync(new URL('./debian.json.gz', import.meta.url), bytes);
const pairs = graph.users.reduce((sum, { length }) => sum + length, 0);
console.log(`${users.length} users, ${items.length} items, ${pairs} pairs, ${vocabulary.length} words, ${bytes.length} bytes`);
