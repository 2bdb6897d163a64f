// `node www/record-start.mjs`: trains the first screen's two networks with the package in Node, up to the first stop, and writes
// www/src/figures/newcomer/start.json. The page plays it until its own run is as far.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readPacked } from 'metriclab';
import { createServer } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const OUT = here('src/figures/newcomer/start.json');
/** Rounds of the map between two frames, and after the last. */
const [ROUNDS, LAST_ROUNDS] = [260, 900];

const vite = await createServer({
  configFile: here('vite.config.ts'),
  root: here('.'),
  server: { middlewareMode: true, watch: null },
  appType: 'custom',
  logLevel: 'error',
  ssr: { external: ['metriclab'] },
});
const load = (path) => vite.ssrLoadModule(`/src/figures/${path}`);
const { Study, DIM } = await load('newcomer/study.ts');
const cast = await load('newcomer/cast.ts');
const { similarTop, softmaxTop } = await load('newcomer/recognition.ts');
const { GRAIN } = await load('newcomer/start.ts');
const { typicalPlace } = await load('typical.ts');
const { NeighbourMap } = await load('neighbour-map.ts');

const file = gunzipSync(await readFile(here('../data/packed/hangul.mlds.gz')));
const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
const set = readPacked(bytes);
const study = await Study.open(bytes, set);
const { roster } = study;

const face = (domain) => set.domains.indexOf(domain);
const drawing = (label, of) =>
  roster.unseen.find((at) => roster.labels[at] === label && roster.faces[at] === face(of));
const tray = cast.drawnBy(roster.newcomers).slice(0, cast.TRAY);
const known = cast.drawingsOf(set.labels, cast.knownOnMap(roster.known));

const maps = { names: new NeighbourMap(), compare: new NeighbourMap() };
const frames = [];
async function frame(shown, rounds) {
  const rows = await study.show(shown);
  const places = {};
  for (const side of ['names', 'compare']) {
    maps[side].follow(shown, rows[side], DIM);
    for (let round = 0; round < rounds; round++) maps[side].round();
    places[side] = Array.from(maps[side].xy, (value) => Math.round(value / GRAIN));
  }
  frames.push({ step: rows.step, ...places });
}

await frame(known, 40);
for (const until of [2, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]) {
  await study.advance(until - study.step);
  await frame(known, ROUNDS);
}

const reading = await study.read();
const raw = await study.rawCounts();
const row = (at) => reading.compare.subarray(at * DIM, (at + 1) * DIM);
const centres = roster.known.map((label, k) => ({
  label,
  row: reading.compareCentres.subarray(k * DIM, (k + 1) * DIM),
}));
const short = (value) => Math.round(10_000 * value) / 10_000;
const listed = (candidates) => candidates.map(({ label, value }) => [label, short(value)]);
const answers = tray.map((label) => {
  const [plain, query] = [drawing(label, cast.REGISTERED), drawing(label, cast.ASKING)];
  const place = roster.unseen.indexOf(query);
  const scores = reading.scores.subarray(place * roster.known.length, (place + 1) * roster.known.length);
  return {
    label,
    plain,
    query,
    names: listed(softmaxTop([...scores], roster.known, 3)),
    compare: listed(similarTop(row(query), centres, 3)),
  };
});
const alike = answers.flatMap(({ query }) =>
  answers.map(({ plain }) => short(row(query).reduce((sum, value, j) => sum + value * row(plain)[j], 0))),
);
// As the page welcomes them: the one to begin with, and the first others.
const found = answers.map(({ compare: [[, known]] }, at) => {
  const own = alike.slice(at * tray.length, (at + 1) * tray.length);
  return own[at] > known && own[at] === Math.max(...own);
});
const first = tray[typicalPlace(found)];
const others = tray.filter((label) => label !== first).slice(0, cast.SHOWN_NEW - 1);
const ids = [...known, ...cast.drawingsOf(set.labels, [...others, first])];
await frame(ids, LAST_ROUNDS);
const counts = ({ perNewcomer, old, refused, limit }) => ({
  right: perNewcomer.map((share) => Math.round(90 * share)),
  old,
  refused,
  limit,
});

const size = set.height * set.width;
const pictures = [...new Set([...ids, ...answers.flatMap(({ plain, query }) => [plain, query])])].sort(
  (a, b) => a - b,
);
const labels = new Set([
  ...pictures.map((at) => set.labels[at]),
  ...answers.flatMap(({ names, compare }) => [...names, ...compare].map(([label]) => label)),
]);
const recorded = {
  command: 'node www/record-start.mjs',
  date: new Date().toISOString().slice(0, 10),
  side: set.width,
  count: set.count,
  domains: set.domains,
  names: Object.fromEntries([...labels].sort((a, b) => a - b).map((label) => [label, set.classes[label]])),
  drawings: pictures.map((at) => [at, set.labels[at], set.domainOf[at]]),
  pixels: Buffer.concat(pictures.map((at) => set.pixels.subarray(at * size, (at + 1) * size))).toString(
    'base64',
  ),
  newcomers: roster.newcomers,
  ids,
  frames,
  tray: answers,
  alike,
  counts: { names: counts(reading.counts.names), compare: counts(reading.counts.compare), raw: counts(raw) },
};
await writeFile(OUT, `${JSON.stringify(recorded)}\n`);
study.dispose();
await vite.close();
