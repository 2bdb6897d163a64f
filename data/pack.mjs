// node data/pack.mjs [--keep-going] [name …]: packs the data sets whose packed file is missing or whose recipe changed.
//
// A data set is a folder in data/sets with `recipe.mjs` and `notice.txt`. The recipe exports `title` and `note` (each in
// English and Korean), `inputs` (SHA-256 of each file), `fetchInputs(cache)` and `build(files, { name, notice, say, cache })`.
// `data/packed/index.json` lists what was packed; the page reads it.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SETS = join(HERE, 'sets');
const CACHE = join(HERE, 'cache');
const PACKED = join(HERE, 'packed');
/** This set is listed first: the page opens with it. */
const FIRST = 'mnist';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const say = (name) => (text) => console.log(`data ${name}: ${text}`);

/** The names of all data sets. */
async function names() {
  const folders = await readdir(SETS, { withFileTypes: true });
  const found = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return found.sort((a, b) => Number(b === FIRST) - Number(a === FIRST) || a.localeCompare(b));
}

const recipeOf = (name) => import(pathToFileURL(join(SETS, name, 'recipe.mjs')));

/** A hash of every file in the repository that the packed file depends on. */
async function recipeHash(name) {
  const own = (await readdir(join(SETS, name))).sort().map((file) => join(SETS, name, file));
  const shared = ['idx.mjs', 'mlds.mjs'].map((file) => join(HERE, file));
  return sha256(Buffer.concat(await Promise.all([...shared, ...own].map((path) => readFile(path)))));
}

/** The stamp of an earlier run, if its packed file is still there and unchanged. */
async function stampOf(name) {
  try {
    const [stamp, packed] = await Promise.all([
      readFile(join(PACKED, `${name}.stamp.json`), 'utf8').then(JSON.parse),
      readFile(join(PACKED, `${name}.mlds.gz`)),
    ]);
    return stamp.sha256 === sha256(packed) ? stamp : null;
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

async function packOne(name) {
  const hash = await recipeHash(name);
  if ((await stampOf(name))?.recipe === hash) return;
  const began = performance.now();
  const recipe = await recipeOf(name);
  const files = await recipe.fetchInputs(CACHE);
  checkInputs(name, recipe.inputs, files);
  const notice = (await readFile(join(SETS, name, 'notice.txt'), 'utf8')).trim();
  const packed = await recipe.build(files, { name, notice, say: say(name), cache: CACHE });
  const target = join(PACKED, `${name}.mlds.gz`);
  await writeFile(`${target}.part`, packed);
  await rename(`${target}.part`, target);
  const stamp = { recipe: hash, sha256: sha256(packed), bytes: packed.length };
  await writeFile(join(PACKED, `${name}.stamp.json`), JSON.stringify(stamp));
  say(name)(`${(packed.length / 1e6).toFixed(2)} MB in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** Writes the list of packed sets. An unchanged list keeps its time, which the page's build looks at. */
async function writeIndex(all) {
  const entries = all.map(async (name) => {
    const stamp = await stampOf(name);
    if (!stamp) return [];
    const { title, note } = await recipeOf(name);
    return [{ name, title, note, bytes: stamp.bytes }];
  });
  const text = `${JSON.stringify((await Promise.all(entries)).flat(), null, 2)}\n`;
  const path = join(PACKED, 'index.json');
  if ((await readFile(path, 'utf8').catch(() => '')) !== text) await writeFile(path, text);
}

const all = await names();
const args = process.argv.slice(2);
const keepGoing = args.includes('--keep-going');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no recipe for ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(2);
}
await mkdir(CACHE, { recursive: true });
await mkdir(PACKED, { recursive: true });
for (const name of all.filter((name) => wanted.length === 0 || wanted.includes(name))) {
  try {
    await packOne(name);
  } catch (error) {
    console.error(`data ${name}: ${error.message}`);
    if (!keepGoing) process.exitCode = 1;
  }
  if (process.exitCode) break;
}
await writeIndex(all);
