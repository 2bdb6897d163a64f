// node data/pack.mjs [--keep-going] [name …]: packs the data sets that are missing or whose recipe changed.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as emoji from './emoji.mjs';
import * as fashion from './fashion.mjs';
import * as mnist from './mnist.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const CACHE = join(HERE, 'cache');
const PACKED = join(HERE, 'packed');
const RECIPES = [mnist, fashion, emoji];
const MACHINERY = { mnist: ['mnist.mjs', 'idx.mjs'], fashion: ['fashion.mjs', 'idx.mjs'], emoji: ['emoji.mjs', 'emoji-crew.mjs', 'emoji-draw.mjs'] };

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Of everything the packed file depends on and that is in the repository. */
async function recipeHash(name) {
  const files = ['mlds.mjs', `${name}.notice.txt`, ...MACHINERY[name]];
  const parts = await Promise.all(files.map((file) => readFile(join(HERE, file))));
  return sha256(Buffer.concat(parts));
}

async function isPacked(name, recipe) {
  try {
    const [stamp, packed] = await Promise.all([readFile(join(PACKED, `${name}.stamp.json`), 'utf8'), readFile(join(PACKED, `${name}.mlds.gz`))]);
    const known = JSON.parse(stamp);
    return known.recipe === recipe && known.sha256 === sha256(packed);
  } catch {
    return false;
  }
}

function checkInputs(recipe, files) {
  for (const [file, wanted] of Object.entries(recipe.inputs)) {
    const found = sha256(files[file]);
    if (found !== wanted) throw new Error(`${recipe.name}: ${file} has sha256 ${found}, the recipe knows ${wanted}`);
  }
}

async function packOne(recipe) {
  const { name } = recipe;
  const say = (text) => console.log(`data ${name}: ${text}`);
  const hash = await recipeHash(name);
  if (await isPacked(name, hash)) return;
  const began = performance.now();
  const files = await recipe.fetchInputs(CACHE);
  checkInputs(recipe, files);
  const notice = (await readFile(join(HERE, `${name}.notice.txt`), 'utf8')).trim();
  const packed = await recipe.build(files, notice, { say, cache: CACHE });
  const target = join(PACKED, `${name}.mlds.gz`);
  await writeFile(`${target}.part`, packed);
  await rename(`${target}.part`, target);
  await writeFile(join(PACKED, `${name}.stamp.json`), JSON.stringify({ recipe: hash, sha256: sha256(packed), bytes: packed.length }));
  say(`${(packed.length / 1e6).toFixed(2)} MB in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

const args = process.argv.slice(2);
const keepGoing = args.includes('--keep-going');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const unknown = wanted.filter((name) => !RECIPES.some((recipe) => recipe.name === name));
if (unknown.length > 0) {
  console.error(`no recipe for ${unknown.join(', ')}; there are ${RECIPES.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
await mkdir(CACHE, { recursive: true });
await mkdir(PACKED, { recursive: true });
for (const recipe of RECIPES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  try {
    await packOne(recipe);
  } catch (error) {
    console.error(`data ${recipe.name}: ${error.message}`);
    if (!keepGoing) process.exit(1);
  }
}
