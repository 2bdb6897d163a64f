// node data/pack.mjs [--keep-going] [name …]: packs the data sets whose packed file is missing or whose recipe changed.
//
// A data set is a folder in data/sets with `recipe.mjs` and `notice.txt`. Those in data/uses are for docs/uses.md: they are packed
// when they are named, into data/uses/packed, and the page does not have them. The recipe exports `title` and `note` (each in
// English and Korean), `inputs` (SHA-256 of each file), `fetchInputs(cache)` and `build(files, { name, notice, say, cache })`.
// `data/packed/index.json` lists what was packed; the page reads it.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const CACHE = join(HERE, 'cache');
const PACKED = join(HERE, 'packed');
/** Folders of recipes, and where their sets are packed. */
const SITE = { recipes: join(HERE, 'sets'), packed: PACKED };
const USES = { recipes: join(HERE, 'uses'), packed: join(HERE, 'uses/packed') };
/** This set is listed first: the page opens with it. */
const FIRST = 'mnist';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const say = (name) => (text) => console.log(`data ${name}: ${text}`);

/** The data sets of a folder of recipes, by name. */
async function setsOf(place) {
  const folders = await readdir(place.recipes, { withFileTypes: true });
  const found = folders.filter((entry) => entry.isDirectory() && entry.name !== 'packed').map((entry) => entry.name);
  found.sort((a, b) => Number(b === FIRST) - Number(a === FIRST) || a.localeCompare(b));
  return found.map((name) => ({ name, folder: join(place.recipes, name), packed: join(place.packed, name) }));
}

const recipeOf = ({ folder }) => import(pathToFileURL(join(folder, 'recipe.mjs')));

/** A hash of every file in the repository that the packed file depends on. */
async function recipeHash({ folder }) {
  const own = (await readdir(folder)).sort().map((file) => join(folder, file));
  const shared = ['debian.mjs', 'idx.mjs', 'mlds.mjs', 'python.mjs', 'wheel.mjs'].map((file) => join(HERE, file));
  return sha256(Buffer.concat(await Promise.all([...shared, ...own].map((path) => readFile(path)))));
}

/** The stamp of an earlier run, if its packed file is still there and unchanged. */
async function stampOf({ packed }) {
  try {
    const [stamp, bytes] = await Promise.all([
      readFile(`${packed}.stamp.json`, 'utf8').then(JSON.parse),
      readFile(`${packed}.mlds.gz`),
    ]);
    return stamp.sha256 === sha256(bytes) ? stamp : null;
  } catch {
    return null;
  }
}

function checkInputs(name, inputs, files) {
  for (const [file, wanted] of Object.entries(inputs)) {
    const found = sha256(files[file]);
    if (found !== wanted) throw new Error(`${name}: ${file} has sha256 ${found}, the recipe knows ${wanted}`);
  }
}

async function packOne(set) {
  const { name } = set;
  const hash = await recipeHash(set);
  if ((await stampOf(set))?.recipe === hash) return;
  const began = performance.now();
  const recipe = await recipeOf(set);
  const files = await recipe.fetchInputs(CACHE);
  checkInputs(name, recipe.inputs, files);
  const notice = (await readFile(join(set.folder, 'notice.txt'), 'utf8')).trim();
  const packed = await recipe.build(files, { name, notice, say: say(name), cache: CACHE });
  const target = `${set.packed}.mlds.gz`;
  await writeFile(`${target}.part`, packed);
  await rename(`${target}.part`, target);
  const stamp = { recipe: hash, sha256: sha256(packed), bytes: packed.length };
  await writeFile(`${set.packed}.stamp.json`, JSON.stringify(stamp));
  say(name)(`${(packed.length / 1e6).toFixed(2)} MB in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** Writes the list of packed sets. An unchanged list keeps its time, which the page's build looks at. */
async function writeIndex(all) {
  const entries = all.map(async (set) => {
    const stamp = await stampOf(set);
    if (!stamp) return [];
    const { title, note } = await recipeOf(set);
    return [{ name: set.name, title, note, bytes: stamp.bytes }];
  });
  const text = `${JSON.stringify((await Promise.all(entries)).flat(), null, 2)}\n`;
  const path = join(PACKED, 'index.json');
  if ((await readFile(path, 'utf8').catch(() => '')) !== text) await writeFile(path, text);
}

const [site, uses] = [await setsOf(SITE), await setsOf(USES)];
const args = process.argv.slice(2);
const keepGoing = args.includes('--keep-going');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const known = [...site, ...uses].map(({ name }) => name);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no recipe for ${unknown.join(', ')}; there are ${known.join(', ')}`);
  process.exit(2);
}
for (const folder of [CACHE, PACKED, USES.packed]) await mkdir(folder, { recursive: true });
for (const set of wanted.length === 0 ? site : [...site, ...uses].filter(({ name }) => wanted.includes(name))) {
  try {
    await packOne(set);
  } catch (error) {
    console.error(`data ${set.name}: ${error.message}`);
    if (!keepGoing) process.exitCode = 1;
  }
  if (process.exitCode) break;
}
await writeIndex(site);
