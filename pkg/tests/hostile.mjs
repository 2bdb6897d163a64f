// Values that no caller means to pass, and the calls that they are passed to. Runs in Node and, served as it is, in a page.
import { pack } from './packed.mjs';

const thrower = () => {
  throw new Error('a trap of a proxy');
};

function detached() {
  const array = new Float32Array(4);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

/** Names and values. Fresh at each call, for a call may detach or change what it is given. */
export function hostileValues() {
  const shared = typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(16) : new SharedArrayBuffer(16);
  const circle = {};
  circle.self = circle;
  const proxy = new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower });
  return Object.entries({
    undefined: undefined,
    null: null,
    true: true,
    NaN: NaN,
    Infinity: Infinity,
    '-Infinity': -Infinity,
    '-1': -1,
    0.5: 0.5,
    '1e9': 1e9,
    '2^53': 2 ** 53,
    '1e300': 1e300,
    bigint: 10n,
    'an empty string': '',
    html: '<img src=x onerror=alert(1)>',
    'a long string': 'x'.repeat(10_000),
    'half a character': '\ud800',
    __proto__name: '__proto__',
    constructor: 'constructor',
    symbol: Symbol('s'),
    function: () => 1,
    'an empty array': [],
    'an array of numbers': [1, 2, 3, 4],
    'an array of NaN': [NaN, NaN],
    'an empty object': {},
    'an object without prototype': Object.create(null),
    'an object of itself': circle,
    'a getter that throws': Object.defineProperty({}, 'k', { get: thrower, enumerable: true }),
    'a text that throws': { toString: thrower, valueOf: thrower, [Symbol.toPrimitive]: thrower },
    'a proxy that throws': proxy,
    'a proxy of an array': new Proxy(new Float32Array(4), {}),
    'a false tag': { [Symbol.toStringTag]: 'Float32Array', length: 4, buffer: null },
    'an empty Float32Array': new Float32Array(),
    'a Float32Array of NaN': new Float32Array([NaN, 1, 2, 3]),
    'a Float64Array': new Float64Array(4),
    'a BigInt64Array': new BigInt64Array(4),
    'a detached array': detached(),
    'a detached buffer': detached().buffer,
    'a shared buffer': shared,
    'a shared array': new Float32Array(shared),
    'an empty buffer': new ArrayBuffer(0),
    'a DataView': new DataView(new ArrayBuffer(20)),
    'an empty Blob': new Blob([]),
    'a date': new Date(NaN),
    'a map': new Map([[1, 2]]),
    'an error': new Error('no'),
    'a promise': Promise.resolve(1),
    'a weak map': new WeakMap(),
  });
}

const rows = () => Float32Array.of(0, 0, 3, 4, 1, 1, 2, 0);
const triplet = () => ({ kind: 'triplet', margin: 0.2, swap: false, smooth: false });

/** Arguments that are right, by method. `config` is a configuration for the packed set of `pack()`. */
export const rightCalls = (config, only = 'loadDataset') => ({
  loadDataset: only === 'loadDataset' ? [pack()] : [],
  options: [],
  defaults: [],
  defaultsFor: ['softmax'],
  configure: [config],
  adjust: [config],
  fineTune: [{ state: new Uint8Array(8), config }],
  advance: [0],
  picture: [{ refresh: 1 }],
  evaluate: [{ space: 'raw', k: 1 }],
  measures: [{ space: 'raw' }],
  neighbours: [{ index: 0, k: 1, space: 'raw' }],
  batch: [],
  geometry: [
    {
      points: [0, 0, 1, 0, 0, 2],
      loss: triplet(),
      distance: 'euclidean',
      normalize: false,
      minerMargin: 0.2,
    },
  ],
  zones: [
    {
      points: [0, 0, 0.3, 0.4],
      loss: triplet(),
      distance: 'manhattan',
      normalize: false,
      minerMargin: 0.2,
      frame: [-1, -1, 1, 1],
    },
  ],
  embed: [{ pixels: new Uint8Array(64), count: 1 }],
  embeddings: [],
  distances: [{ queries: rows(), references: rows(), dim: 2, metric: 'euclidean', on: 'device' }],
  nearest: [{ queries: rows(), references: rows(), dim: 2, k: 1, metric: 'euclidean' }],
  lossOf: [
    {
      embeddings: rows(),
      dim: 2,
      labels: Uint16Array.of(0, 0, 1, 1),
      loss: triplet(),
      distance: 'euclidean',
      normalize: false,
      learned: new Float32Array(),
      seed: 1,
    },
  ],
  axioms: [{ points: rows(), dim: 2, distance: 'euclidean', seed: 1 }],
  memory: [],
  save: [],
  restore: [new Uint8Array(8)],
});

/** A list of arguments with one of them, or one field of one of them, replaced by each hostile value. */
function* replaced(given, options) {
  const all = options ? [...given, {}] : given;
  for (let at = 0; at < all.length; at += 1) {
    for (const [name, value] of hostileValues()) yield [`#${at} ${name}`, all.with(at, value)];
    const plain = Object.getPrototypeOf(Object(all[at])) === Object.prototype;
    const fields =
      at === given.length ? ['signal', 'onProgress', 'Signal'] : plain ? Object.keys(all[at]) : [];
    for (const field of fields)
      for (const [name, value] of hostileValues())
        yield [`#${at}.${field} ${name}`, all.with(at, { ...all[at], [field]: value })];
  }
}

/**
 * Makes every call with every hostile value. Returns how many were made and which ended in anything but an answer or a
 * `MetricLabError` with a code that says what is wrong.
 */
export async function bareErrors(metriclab, lab, config, address = 'data:,x') {
  const { ERROR_CODES, MetricLabError, createLab, decompress, fetchPacked, readPacked, sampleRgba } =
    metriclab;
  const vague = ['engine.unexpected', 'worker.crashed', 'lab.disposed'];
  const bad = [];
  let made = 0;
  const attempt = async (name, work) => {
    made += 1;
    try {
      const answer = await work();
      answer?.dispose?.();
    } catch (thrown) {
      const known =
        thrown instanceof MetricLabError && ERROR_CODES.includes(thrown.code) && !vague.includes(thrown.code);
      if (!known) bad.push(`${name}: ${thrown?.name} ${thrown?.code} ${thrown?.message}`);
      else if (thrown.message.length > 500)
        bad.push(`${name}: a message of ${thrown.message.length} characters`);
    }
  };
  for (const [method, given] of Object.entries(rightCalls(config)))
    for (const [name, all] of replaced(given, true))
      await attempt(`${method} ${name}`, () => {
        const answer = lab[method](...all);
        if (!(answer instanceof Promise)) throw new TypeError('no promise came back');
        return answer;
      });
  for (const [name, [event]] of replaced(['fault']))
    await attempt(`on ${name}`, () => lab.on(event, () => 1)());
  for (const [name, [listener]] of replaced([() => 1]))
    await attempt(`on listener ${name}`, () => lab.on('fault', listener)());
  for (const [name, [device]] of replaced(['cpu']))
    await attempt(`switchDevice ${name}`, () => lab.switchDevice(device));
  const set = readPacked(pack());
  const functions = {
    createLab: [
      createLab,
      {
        device: 'cpu',
        assets: './metriclab/wasm/',
        worker: './metriclab-worker.js',
        wasm: { cpu: './x.wasm' },
      },
    ],
    readPacked: [readPacked, pack()],
    sampleRgba: [sampleRgba, set, 0],
    decompress: [decompress, pack(), 1e6],
    fetchPacked: [
      fetchPacked,
      'data:,x',
      { limit: 1, onProgress: () => 1, signal: new AbortController().signal },
    ],
  };
  for (const [method, [work, ...given]] of Object.entries(functions))
    for (const [name, all] of replaced(given)) {
      // A string is an address, and a page would ask for it.
      if (method === 'fetchPacked' && typeof all[0] === 'string' && all[0] !== address) continue;
      if (
        method === 'createLab' &&
        /^#0\.(assets|worker|wasm)/.test(name) &&
        typeof all[0][name.slice(3).split(' ')[0]] === 'string'
      )
        continue;
      await attempt(`${method} ${name}`, () => work(...all));
    }
  return { made, bad };
}
