// A right call of each function and method that the package offers. `missing` names those without one.
import * as metriclab from '../dist/node.js';
import * as data from '../dist/data/index.js';
import { rightCalls } from './hostile.mjs';
import { pack } from './packed.mjs';

/** What has functions or methods; `every-call.test.mjs` compares this with the exports. */
export const KINDS = ['Lab', 'Gallery', 'Towers', 'metriclab', 'data', 'samples', 'Preview', 'Samples'];
/** Methods of the classes that no type shows. */
const HIDDEN = ['constructor', 'start', 'writeAll', 'compareBy'];
/** Members that are read, not called. */
const READ = {
  Lab: ['device'],
  Gallery: ['dim', 'distance', 'store', 'state'],
  Towers: ['dim', 'step'],
  Preview: [
    ...['kind', 'format', 'count', 'shape', 'classes', 'columns', 'choices'],
    ...['leftOut', 'notes', 'problem', 'memory'],
  ],
  Samples: [
    ...['name', 'kind', 'count', 'channels', 'height', 'width', 'classes', 'labels', 'ids', 'groups'],
    ...['groupOf', 'attributes', 'numbers', 'leftOut', 'bytes'],
  ],
};

/** Everything a caller may hold: a lab with a session, a gallery, previews, samples. */
export async function openWorld(options) {
  const lab = await metriclab.createLab(options);
  await lab.loadDataset(pack());
  const config = {
    ...(await lab.defaults()),
    seed: 1,
    unseenClasses: 0,
    network: { kind: 'mlp', hidden: [4] },
    batch: { classes: 2, perClass: 2 },
  };
  await lab.configure(config);
  const gallery = await lab.gallery({ dim: 2 });
  await fill(gallery);
  const towers = await lab.towers(towersData());
  const table = await data.inspect({ path: 'pets.csv', data: new TextEncoder().encode(PETS) });
  const pictures = await data.inspect([
    { path: 'a/1.png', data: PNG },
    { path: 'b/2.png', data: PNG },
  ]);
  const samples = data.samples.fromVectors(POINTS, LABELS);
  const state = await lab.save();
  const files = { file: await gallery.save(), towersFile: await towers.save() };
  return { bytes: pack, lab, config, gallery, towers, table, pictures, samples, state, ...files };
}

const PETS = 'id,x,y,label\na,0,1,cat\nb,5,6,dog\nc,0,2,cat\nd,6,6,dog\n';
// A picture of one pixel.
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const POINTS = [
  [0.1, 0.2],
  [0.9, 0.8],
  [0.2, 0.1],
  [1, 1],
];
const LABELS = ['cat', 'dog', 'cat', 'dog'];

const AT = { threshold: 0.5, fmr: 0, fnmr: 1 };
const REPORT = {
  ...{ chosen: AT, eer: 0, auc: 1, pairs: [1, 1], identities: [2, 1], intervals: null },
  bins: { from: 0, to: 1, same: [1], different: [1] },
  curve: [{ ...AT, threshold: -Infinity }, AT],
};

const towersData = () => ({
  left: { bags: [[0, 2], [1]], ids: 3 },
  right: {
    rows: [
      [1, 0],
      [0, 1],
      [1, 1],
    ],
    shape: 2,
  },
  pairs: [
    [0, 0],
    [0, 2],
    [1, 1],
  ],
});

async function fill(gallery) {
  await gallery.add([
    { id: 'a1', name: 'ann', vector: [1, 0], attributes: { camera: 'door' } },
    { id: 'a2', name: 'ann', vector: [0.9, 0.1] },
    { id: 'b1', name: 'ben', vector: [0, 1] },
    { id: 'b2', name: 'ben', vector: [0, 0.9] },
  ]);
}

const call = () => ({ signal: new AbortController().signal, onProgress: () => 1 });
/** Arguments by function. Each makes fresh ones, for a call may keep or move them. */
function rightArguments(world) {
  return {
    Lab: labArguments(world),
    Gallery: galleryArguments(),
    Towers: {
      advance: () => [1, call()],
      embed: () => ['left', { bags: [[0, [1, 0.5]]], ids: 3 }, call()],
      rank: () => [{ heldOut: [[1, 2]], k: 2 }, call()],
      save: () => [call()],
      close: () => [],
    },
    metriclab: packageArguments(),
    data: dataArguments(world),
    samples: sampleArguments(),
    Preview: {
      with: () => [{ vector: ['x', 'y'], label: 'label', id: 'id', group: null, attributes: [], name: 'x' }],
      load: () => [
        { vector: ['x', 'y'], label: 'label' },
        { limit: 1e6, ...call() },
      ],
    },
    Samples: { row: () => [0], toBlob: () => [] },
  };
}

function labArguments({ config, state, file, towersFile }) {
  const engine = Object.keys(rightCalls()).map((method) => [
    method,
    () => [...rightCalls(structuredClone(config), method)[method], call()],
  ]);
  return {
    ...Object.fromEntries(engine),
    advance: () => [1, call()],
    train: () => [{ steps: 1, every: 1, ...call() }],
    fineTune: () => [{ state: state.slice(), config: structuredClone(config) }, call()],
    restore: () => [state.slice(), call()],
    gallery: () => [{ dim: 2, distance: 'euclidean', threshold: 1, store: undefined }, call()],
    towers: () => [{ ...towersData(), config: { dim: 4, batch: 2 } }, call()],
    loadTowers: () => [towersFile.slice(), towersData(), call()],
    loadGallery: () => [file.slice(), { ...call(), store: undefined }],
    on: () => ['fault', () => 1],
    switchDevice: () => ['cpu'],
    dispose: () => [],
  };
}

function galleryArguments() {
  const change = (change) => () => [[structuredClone(change)], call()];
  const query = { k: 1, names: ['ann'], attributes: { camera: 'door' }, without: ['b1'] };
  const cost = { kind: 'cost', falseMatch: 1, falseNonMatch: 1, same: 0.5 };
  const report = { criterion: cost, pairs: 100, bins: 4, draws: 4, level: 0.9, seed: 1 };
  return {
    add: () => [{ id: 'c1', name: 'cem', vector: [0.5, 0.5], attributes: { camera: 'door' } }, call()],
    'apply, replace': change({ kind: 'replace', id: 'a1', vector: [1, 0] }),
    'apply, move': change({ kind: 'move', id: 'a1', name: 'ann' }),
    'apply, describe': change({ kind: 'describe', id: 'a1', attributes: { a: 'b' } }),
    'apply, remove': change({ kind: 'remove', id: 'a1' }),
    'apply, rename': change({ kind: 'rename', from: 'ann', to: 'bo' }),
    'apply, merge': change({ kind: 'merge', from: 'ann', into: 'ben' }),
    'apply, removeClass': change({ kind: 'removeClass', name: 'ann' }),
    remove: () => [['a1'], call()],
    undo: () => [call()],
    redo: () => [call()],
    compact: () => [call()],
    setThreshold: () => [0.5, call()],
    setCohort: () => [
      [
        [3, 1],
        [0, 5],
        [7, 7],
      ],
      { ...call(), top: 3 },
    ],
    query: () => [[[0.9, 0.1]], { ...call(), ...structuredClone(query) }],
    thresholdReport: () => [structuredClone(report), call()],
    identify: () => [
      [
        [1, 0],
        [9, 9],
      ],
      ['ann', null],
      call(),
    ],
    entries: () => [call()],
    save: () => [call()],
    onChange: () => [() => 1],
    close: () => [],
    erase: () => [],
  };
}

function packageArguments() {
  const options = { device: 'cpu', worker: undefined, wasm: undefined, assets: undefined };
  return {
    createLab: () => [{ ...options }],
    decompress: () => [pack(), 1e6],
    fetchPacked: () => ['data:,x', { limit: 1, ...call() }],
    readPacked: () => [pack()],
    sampleRgba: () => [metriclab.readPacked(pack()), 0],
    storedGalleries: () => [],
  };
}

function dataArguments({ state }) {
  const pets = { path: 'pets.csv', data: new TextEncoder().encode(PETS) };
  const embeddings = () => [
    { vectors: Float32Array.from(POINTS.flat()), dim: 2, labels: [...LABELS], ids: ['a', 'b', 'c', 'd'] },
  ];
  return {
    inspect: () => [[{ ...pets }], { ...call(), header: true, limit: 1e6 }],
    logMel: () => [new Float32Array(800), 4],
    exportScript: () => ['faiss', { dim: 2, metric: 'cosine', k: 1, file: 'x.npz' }],
    embeddingsOf: () => [[{ id: 'a', name: 'cat', vector: Float32Array.of(1, 2), attributes: {} }]],
    reportCsv: () => [structuredClone(REPORT)],
    reportJson: () => [structuredClone(REPORT)],
    soundSeconds: () => [new Uint8Array(64)],
    toCsv: embeddings,
    toJsonl: embeddings,
    toNpy: embeddings,
    toNpz: embeddings,
    toParquet: embeddings,
    toProjector: embeddings,
    weightsOf: () => [state.slice()],
  };
}

function sampleArguments() {
  const options = { name: 'set', ids: [1, 2, 3, 4], groups: LABELS, attributes: LABELS.map((a) => ({ a })) };
  const made =
    (first, more = {}) =>
    () =>
      structuredClone([first, LABELS, { ...options, ...more }]);
  const pixels = { pixels: new Uint8Array(16), width: 2, height: 2, channels: 1, layout: 'planar' };
  return {
    fromVectors: made(POINTS),
    fromImages: made(pixels, { background: 0 }),
    fromBags: made([['tea'], ['cup'], ['tea'], [['cup', 2]]], { items: ['tea', 'cup'] }),
    fromSequences: made(
      LABELS.map(() => [[1, 2]]),
      { length: 3 },
    ),
    fromImageFiles: () => [[{ path: 'a/1.png', data: PNG }], { size: 8, channels: 1, name: 'x', ...call() }],
    fromSoundFiles: () => [[{ path: 'a/1.wav', data: PNG }], { length: 8, name: 'x', ...call() }],
  };
}

/** The names of what can be called, by what they belong to. */
function offered({ lab, gallery, towers, table, samples }) {
  const own = (kind, object) => {
    const names = [...Object.keys(object), ...Object.getOwnPropertyNames(Object.getPrototypeOf(object))];
    return names.filter((name) => !HIDDEN.includes(name) && !READ[kind].includes(name));
  };
  const functions = (module) =>
    Object.keys(module).filter((name) => typeof module[name] === 'function' && name !== 'MetricLabError');
  return {
    Lab: own('Lab', lab),
    Gallery: own('Gallery', gallery),
    Towers: own('Towers', towers),
    metriclab: functions(metriclab),
    data: functions(data),
    samples: functions(data.samples),
    Preview: own('Preview', table),
    Samples: own('Samples', samples),
  };
}

const methodOf = (row) => row.split(',')[0];

/** Functions without a row, and rows without a function. */
export function missing(world) {
  const rows = rightArguments(world);
  return Object.entries(offered(world)).flatMap(([kind, names]) => {
    const known = Object.keys(rows[kind]).map(methodOf);
    const odd = [
      ...names.filter((name) => !known.includes(name)),
      ...known.filter((name) => !names.includes(name)),
    ];
    return odd.map((name) => `${kind}.${name}`);
  });
}

/** What a function of this kind is called on. */
const selves = ({ lab, gallery, towers, table, pictures, samples }) => ({
  Lab: [lab],
  Gallery: [gallery],
  Towers: [towers],
  metriclab: [metriclab],
  data: [data],
  samples: [data.samples],
  Preview: [table, pictures],
  Samples: [samples],
});

/** Every row as `{ name, make, call }`: `make` gives fresh arguments, `call` makes the call and returns its answers. */
export function rows(world, kinds) {
  const table = rightArguments(world);
  return kinds.flatMap((kind) =>
    Object.entries(table[kind]).map(([row, make]) => ({
      name: `${kind}.${row}`,
      make,
      call: (given) => selves(world)[kind].map((self) => self[methodOf(row)](...given)),
    })),
  );
}

/** Puts a gallery back as it was. */
export async function refresh(world) {
  const before = world.gallery;
  world.gallery = await world.lab.gallery({ dim: 2 });
  await fill(world.gallery);
  await before.close().catch(() => undefined);
  const towers = world.towers;
  world.towers = await world.lab.towers(towersData());
  await towers.close().catch(() => undefined);
}

export const isPlain = (value) => {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
};

/** Paths of everything inside a value, itself first. */
export function* places(value, path = []) {
  yield path;
  if (isPlain(value)) for (const key of Object.keys(value)) yield* places(value[key], [...path, key]);
}

export function put(given, [key, ...rest], value) {
  if (rest.length > 0) put(given[key], rest, value);
  else given[key] = value;
}
