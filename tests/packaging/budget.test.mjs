// Budgets of scripts and wasm modules, in brotli.
import assert from 'node:assert/strict';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { brotliSize } from '../../xtask/brotli.mjs';
import { ENTRIES, isOfPages, reachable } from './downloads.mjs';
import { ROOT } from './install.mjs';

/**
 * What a page of `metriclab` fetches. Includes 2,600 bytes that read gzip of several members, 3,500 that check data sets,
 * 5,000 of galleries, 3,200 of towers, 10,700 of the catalogue, 3,700 that find Worker and modules wherever the package is,
 * 1,300 that share a search among Workers, and 300 that fit the parts of a search to what reading its references
 * takes, and say what an address must be; 100 codes of the element, and its part of the policy for Trusted Types; 200 that let
 * `using` end what it holds; 1,600 `lab.train`, a stored cohort, answers in parts, and sequences of towers.
 */
const PACKAGE_LIMIT = 65_900;
/** The entry points of one file, without the modules that they hold. */
const ONE_FILE_LIMITS = { 'metriclab-worker.js': 15_500, 'slim.js': 43_200 };
/**
 * `metriclab/element`: what a page fetches before a figure is in view, and every figure together. A figure is fetched when it
 * is shown; 60 KB of the whole are the parsers of own files, which the gallery fetches with the first file, 14 KB the figures
 * of voices and of recommendation with their texts, 20 KB map, matrix, confusion and river with their run,
 * 6 KB pictures by words, 3 KB what an error means, in two languages, and 700 bytes what the letters of a figure alone mean, and
 * its faults and language; 650 bytes what a figure says that has no script or no permission, 350 of them at first; 2,100 a gallery
 * that comes back whole from its file and says where it is not kept, files of its threshold, and the length of sounds; 12 KB the
 * miner under the microscope, the sphere, and cut embeddings with their nearest; 5 KB the glossary of the lesson, which has its words
 * in the file of all words, and 2 KB the formula of the triplet with its recipes and knobs; 11 KB the activations of each layer, the
 * search of one instance, histograms of the axioms, the river's scores, the gate that trains, and what figures tell of their steps;
 * 2,500 places of the uses in addresses, three terms more, and what a gallery that was erased needs to come back.
 */
const ELEMENT_LIMITS = { first: 1_950, all: 290_500 };
/** Scripts of `metriclab/inline` as they are, besides the CPU module. */
const INLINE_SCRIPTS = 220_000;
/**
 * `metriclab/data`: its own scripts, which a page fetches that imports it, and each parser, fetched with its first file. 1,100
 * bytes of the scripts export weights, 200 make pictures of lists, 1,900 read the length of a sound, and write threshold reports and galleries.
 */
const DATA_LIMIT = 42_400;
const PARSER_LIMITS = {
  papaparse: 7_000,
  hyparquet: 11_000,
  codecs: 9_500,
  flechette: 7_500,
  'hyparquet-writer': 16_000,
};
/**
 * All pages with all figures and parsers. A visitor loads one of the pages, and each figure when it is shown. 20,000 bytes are
 * the shell of the laboratory with its figures, 2,000 its inspector of the matrix, 39,000 the recorded start of the first screen,
 * 19,000 the writers of embeddings, which are fetched when the laboratory is asked for a file, 3,500 the service worker's list of
 * the reference's files, 16,000 the figures of voices and of recommendation with their texts, and 14,500 map, matrix, confusion
 * and river with a run of their own, and what a link to a step of the lesson carries; 7,000 pictures by words; 1,300 what the
 * letters of figures and the axes mean, the choice of first cases, and a lesson beside its figure on a phone's side; 3,200 t-SNE
 * and UMAP, which were a library of 27,000 that this did not count; 600 what both networks say of a newcomer, and outlines; 400 the
 * way back from training that diverges, and links of an earlier step; 1,000 the parts of a watched search, and what an address must
 * be; 100 what a file is called for that a server does not have; 2,000 a gallery that comes back whole from its file and says where it
 * is not kept, files of its threshold, and the length of sounds; 14,000 the miner under the microscope, the sphere, and cut
 * embeddings with their nearest and a Matryoshka network; 5,500 the glossary and what opens it, 2,400 the formula, the margin's mark
 * and the recipes of the triplet, and 1,900 the knobs of a slide; 12,500 the reference values of the report; 19,000 what the
 * element's 11 KB are, and in the laboratory lines to the nearest, an embedding in space, trails, the pick in all views, and the device
 * in the first screen's menu; 6,000 the element's last ones, and in the laboratory scores in the river, columns in the link, exports of
 * what is shown, and PyTorch code with the run's own optimiser; 3,000 the map without a graphics card.
 */
const PAGE_LIMIT = 559_900;
/** By profile: the published modules, and the development modules, which `cargo xtask test` builds without `--release`. */
const MODULE_LIMITS = {
  cpu: { 'wasm-release': 490_000, 'wasm-dev': 670_000 },
  gpu: { 'wasm-release-gpu': 1_070_000, 'wasm-dev': 1_420_000 },
};

const packed = async (path) => brotliSize(await readFile(path));

async function sizes(folder, counts) {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(counts);
  assert.ok(paths.length > 0, `${folder} holds nothing to be counted: is it built?`);
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path.slice(ROOT.length), await packed(path)])),
  );
}

/** A script and what it imports, without what it fetches later. */
async function fetchedAtOnce(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  const text = await readFile(join(ROOT, path), 'utf8');
  for (const [, relative] of text.matchAll(/\b(?:from|import)\s*["'](\.\/[^"']+)["']/g))
    await fetchedAtOnce(join(path, '..', relative), found);
  return found;
}

const total = (files) => Object.values(files).reduce((sum, size) => sum + size, 0);
const largest = (files) =>
  Object.entries(files)
    .sort(([, a], [, b]) => b - a)
    .map(([path, size]) => `${path} ${size}`)
    .join(', ');

test('the scripts of the package, with the larger of the two glues, fit', async (t) => {
  const fetched = await reachable(ENTRIES);
  const scripts = await sizes('pkg/dist', (path) => fetched.has(path));
  const glues = await sizes('pkg/wasm', (path) => /metriclab_(cpu|gpu)\.js$/.test(path));
  for (const kind of ['cpu', 'gpu'])
    assert.ok(
      (await readFile(join(ROOT, `pkg/wasm/metriclab_${kind}_bg.wasm`))).length > 0,
      `the ${kind} module is built, and its glue no stand-in`,
    );
  assert.equal(Object.keys(glues).length, 2, 'the glues');
  const glue = Math.max(...Object.values(glues));
  const sum = total(scripts) + glue;
  t.diagnostic(`package: ${total(scripts)} + glue ${glue} = ${sum} bytes in brotli`);
  assert.ok(
    sum <= PACKAGE_LIMIT,
    `${sum} bytes, ${PACKAGE_LIMIT} allowed: ${largest({ ...scripts, ...glues })}`,
  );
});

test('the entry points of one file fit', async (t) => {
  for (const [name, limit] of Object.entries(ONE_FILE_LIMITS)) {
    const size = await packed(join(ROOT, 'pkg/dist', name));
    t.diagnostic(`${name}: ${size} bytes in brotli`);
    assert.ok(size <= limit, `${name}: ${size} bytes, ${limit} allowed`);
  }
  const module = gzipSync(await readFile(join(ROOT, 'pkg/wasm/metriclab_cpu_bg.wasm')), { level: 9 }).length;
  for (const name of ['inline.js', 'metriclab.global.js']) {
    const { size } = await stat(join(ROOT, 'pkg/dist', name));
    const limit = Math.ceil((4 / 3) * module) + INLINE_SCRIPTS;
    t.diagnostic(`${name}: ${size} bytes as it is`);
    assert.ok(size > module && size <= limit, `${name}: ${size} bytes, ${limit} allowed`);
  }
});

test('the element fits', async (t) => {
  const files = await sizes('pkg/dist/element', (path) => path.endsWith('.js'));
  const atFirst = await fetchedAtOnce('pkg/dist/element/element.js');
  const first = Object.entries(files).filter(([path]) => atFirst.has(path));
  const found = { first: total(Object.fromEntries(first)), all: total(files) };
  t.diagnostic(`element: ${found.first} bytes in brotli at first, ${found.all} with all figures`);
  for (const [name, limit] of Object.entries(ELEMENT_LIMITS))
    assert.ok(found[name] <= limit, `${name}: ${found[name]} bytes, ${limit} allowed: ${largest(files)}`);
});

test('the scripts of metriclab/data and its parsers fit, and the main entry imports none', async (t) => {
  const scripts = await sizes('pkg/dist/data', (path) => path.endsWith('.js'));
  t.diagnostic(`metriclab/data: ${total(scripts)} bytes in brotli`);
  assert.ok(
    total(scripts) <= DATA_LIMIT,
    `${total(scripts)} bytes, ${DATA_LIMIT} allowed: ${largest(scripts)}`,
  );
  const parsers = await sizes('pkg/dist/vendor', (path) => path.endsWith('.js'));
  const limits = { ...PARSER_LIMITS, shared: 6_500 };
  for (const [path, size] of Object.entries(parsers)) {
    const limit = limits[path.match(/([\w-]+)\.js$/)[1]] ?? limits.shared;
    assert.ok(size <= limit, `${path}: ${size} bytes in brotli, ${limit} allowed`);
  }
  for (const path of await reachable(['index.js', 'node.js']))
    assert.doesNotMatch(path, /[\\/](data|vendor)[\\/]/, path);
});

test('the scripts, styles and texts of the page fit', async (t) => {
  const files = await sizes('www/dist', isOfPages);
  const sum = total(files);
  t.diagnostic(`page: ${sum} bytes in brotli (${largest(files)})`);
  assert.ok(sum <= PAGE_LIMIT, `${sum} bytes, ${PAGE_LIMIT} allowed: ${largest(files)}`);
});

test('the modules have not grown', async (t) => {
  // Both at once: a module takes half a minute to compress.
  const check = async ([kind, limits]) => {
    const profile = await readFile(join(ROOT, `target/stamps/metriclab_${kind}.profile`), 'utf8');
    const limit = limits[profile];
    assert.ok(limit, `the ${kind} module is of the profile ${profile}, which has no limit`);
    const size = await packed(join(ROOT, `pkg/wasm/metriclab_${kind}_bg.wasm`));
    t.diagnostic(`${kind} module: ${size} bytes in brotli, profile ${profile}`);
    assert.ok(size > 100_000, `${size} bytes are no module`);
    assert.ok(size <= limit, `the ${kind} module has ${size} bytes in brotli, ${limit} allowed`);
  };
  await Promise.all(Object.entries(MODULE_LIMITS).map(check));
});
