// Compares the measurements with the goals. A goal without a measurement says so.
import { figure } from './report.mjs';

const CPU = 'metriclab CPU';
const CORES = 'metriclab CPU, all cores';
const GPU = 'metriclab WebGPU';
/** The GPU module as a page calls it. On a software adapter it compares rows with its own SIMD code. */
const FASTEST = 'metriclab WebGPU, fastest';
/** The laboratory's pictures. */
const PAGE = 'the page: neighbours by the CPU module, picture by its Worker';
const two = (value) => (value < 0.1 ? value.toFixed(3) : value.toFixed(2));

/** @returns {{ goal: string, measured: string, verdict: string }[]} */
export function goals(results) {
  const rows = [];
  const job = (name) => results.jobs.find((one) => one.name === name);
  const time = (name, contender) => figure(job(name)?.rows.find((row) => row.contender === contender));
  const say = (goal, measured, met) =>
    rows.push({ goal, measured, verdict: met === null ? 'not measured' : met ? 'met' : '**not met**' });

  const ratio = (goal, name, own, other, most) => {
    const [a, b] = [time(name, own), time(name, other)];
    if (a === null || b === null)
      say(
        `${goal}: at most ${most} × ${other}`,
        `${own} ${a === null ? 'has no figure' : `${Math.round(a)} ms`}, ${other} ${b === null ? 'has none' : `${Math.round(b)} ms`}`,
        null,
      );
    else say(`${goal}: at most ${most} × ${other}`, `${two(a / b)} ×`, a / b <= most);
  };
  /** The same at every size; the worst counts. */
  const everywhere = (goal, family, own, other, most) => {
    const seen = results.jobs
      .filter((one) => one.family === family)
      .map(({ name, n, d }) => ({ n, d, a: time(name, own), b: time(name, other) }))
      .filter(({ a, b }) => a !== null && b !== null);
    if (seen.length === 0) say(`${goal}: at most ${most} × ${other}`, '', null);
    else
      say(
        `${goal}: at most ${most} × ${other}`,
        seen.map(({ n, d, a, b }) => `${two(a / b)} × (${n}, ${d})`).join(', '),
        seen.every(({ a, b }) => a / b <= most),
      );
  };

  ratio('distances 1024², d=128, WebGPU, read back', 'distances n=1024 d=128', GPU, 'jax-js webgpu', 0.7);
  ratio('distances 1024², d=128, WebGPU, read back', 'distances n=1024 d=128', GPU, 'tfjs webgpu', 0.1);
  ratio('exact kNN, n=4096, d=128, WebGPU', 'kNN n=4096 d=128', GPU, 'tfjs webgpu', 0.1);
  ratio('exact kNN, n=4096, d=128, WebGPU', 'kNN n=4096 d=128', GPU, 'jax-js webgpu', 0.03);
  ratio('exact kNN, n=4096, d=128, WebGPU kernel', 'kNN n=4096 d=128', GPU, 'plain JS, simple loops', 1);
  ratio(
    'exact kNN, n=4096, d=128, GPU module as called',
    'kNN n=4096 d=128',
    FASTEST,
    'plain JS, simple loops',
    1,
  );
  ratio('exact kNN, n=4096, d=128, WebGPU kernel', 'kNN n=4096 d=128', GPU, 'plain JS, blocked', 1);
  ratio(
    'exact kNN, n=4096, d=128, GPU module as called',
    'kNN n=4096 d=128',
    FASTEST,
    'plain JS, blocked',
    1,
  );
  everywhere('exact kNN, CPU module (n, d)', 'kNN', CPU, 'plain JS, simple loops', 0.35);
  everywhere('exact kNN, CPU module (n, d)', 'kNN', CPU, 'plain JS, blocked', 0.35);
  everywhere('exact kNN, CPU module (n, d)', 'kNN', CPU, 'tfjs wasm', 0.6);
  const approximate = job('approximate kNN n=4096 d=128');
  const hnswlib = approximate?.rows.find((row) => row.contender.startsWith('hnswlib'))?.contender;
  ratio(
    'exact kNN, CPU module, n=4096, d=128',
    'approximate kNN n=4096 d=128',
    CPU,
    hnswlib ?? 'hnswlib-wasm',
    1,
  );

  for (const [n, most] of [
    [20_000, 5],
    [100_000, 20],
  ]) {
    const name = `one query n=${n} d=64`;
    const own = figure(job(name)?.rows.find(({ contender }) => contender === CPU));
    say(
      `one query among ${n} entries of a gallery, d=64: under ${most} ms`,
      own === null ? '' : `${own.toFixed(2)} ms`,
      own === null ? null : own < most,
    );
    ratio(`one query among ${n} entries of a gallery, d=64`, name, CPU, 'plain JS, blocked', 0.5);
  }

  const large = job('kNN at scale n=65536 d=64');
  ratio('exact kNN, n=65536, d=64, all cores (two here)', 'kNN at scale n=65536 d=64', CORES, CPU, 0.59);
  for (const name of [CPU, CORES, GPU, FASTEST]) {
    const row = large?.rows.find(({ contender }) => contender === name);
    const value = figure(row);
    say(
      `exact kNN, n=65536, d=64, ${name}: finishes`,
      row ? (row.error ?? `${(value / 1000).toFixed(1)} s, recall ${row.recall?.toFixed(4)}`) : '',
      row ? row.error === null && row.recall === 1 : null,
    );
  }
  const buffers = large?.rows.find(({ contender }) => contender === GPU)?.buffers;
  say(
    'exact kNN, n=65536, d=64: no buffer over 128 MiB',
    buffers ? `${(buffers.largest / 2 ** 20).toFixed(1)} MiB` : '',
    buffers ? buffers.largest <= 2 ** 27 : null,
  );
  const before = job('kNN at scale n=16384 d=64')?.rows.find(({ contender }) => contender === GPU)?.buffers;
  const growth = buffers && before ? buffers.most / before.most : null;
  say(
    'exact kNN: memory linear in n (from 16384 to 65536 points at most 4 ×)',
    growth === null ? '' : `${two(growth)} ×`,
    growth === null ? null : growth <= 4.1,
  );

  ratio('MLP step, CPU module', 'step MLP 784-128-32', CPU, 'jax-js wasm', 0.6);
  ratio('MLP step, CPU module', 'step MLP 784-128-32', CPU, 'tfjs wasm', 0.5);
  ratio('MLP step, WebGPU', 'step MLP 784-128-32', GPU, 'jax-js webgpu', 0.4);
  for (const peer of ['jax-js webgpu', 'tfjs webgl'])
    ratio('CNN step, WebGPU', 'step CNN 8-16-fc32', GPU, peer, 0.5);
  const cnn = job('step CNN 8-16-fc32');
  const best = (pattern) => {
    const seen = (cnn?.rows ?? [])
      .filter((row) => pattern.test(row.contender) && figure(row) !== null)
      .sort((a, b) => figure(a) - figure(b))[0];
    return seen ? { name: seen.contender, ms: figure(seen) } : null;
  };
  const [own, tfjs] = [best(/^metriclab/), best(/^tfjs/)];
  say(
    'CNN step, best of our devices: at most 0.25 × the best tfjs backend',
    own && tfjs ? `${two(own.ms / tfjs.ms)} × (${own.name}, ${tfjs.name})` : '',
    own && tfjs ? own.ms / tfjs.ms <= 0.25 : null,
  );

  const size = (key) => results.payload.find((row) => row.key === key)?.brotli ?? null;
  const small = (goal, value, most) =>
    say(
      `${goal}: at most ${most} KB`,
      value === null ? '' : `${(value / 1000).toFixed(1)} KB`,
      value === null ? null : value <= 1000 * most,
    );
  small('download, brotli, CPU module', size('cpu'), 380);
  small('download, brotli, GPU module', size('gpu'), 1000);
  const js = [size('dist'), size('glue cpu'), size('glue gpu')];
  small(
    'download, brotli, JS of the package, with the wasm-bindgen JS of its larger module',
    js[0] === null ? null : js[0] + Math.max(js[1] ?? 0, js[2] ?? 0),
    30,
  );
  const opened = results.visits.find((one) => one.name === 'the page opens')?.figures;
  small(
    "download, brotli, the laboratory's own until its first picture, without data",
    opened?.scripts ?? null,
    150,
  );

  const slow = (goal, value, most) =>
    say(
      `${goal}: under ${most >= 1000 ? `${most / 1000} s` : `${most} ms`}`,
      value === null ? '' : most >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`,
      value === null ? null : value < most,
    );
  slow(
    'evaluation of 10,000 embeddings, CPU module',
    time('evaluation n=10000', 'metriclab CPU, embeddings'),
    150,
  );
  slow('UMAP of 10,000 points, neighbours included', time('UMAP n=10000', PAGE), 15_000);
  const umap = job('UMAP n=10000')?.rows.find(({ contender }) => contender === PAGE);
  slow('UMAP of 10,000 points: the first picture', umap?.firstPicture ?? null, 2_000);
  slow('t-SNE of 10,000 points, neighbours included', time('t-SNE n=10000', PAGE), 40_000);

  const figures = (name) => results.visits.find((one) => one.name === name)?.figures;
  const first = figures('first calls');
  const under = (goal, ms, most) =>
    say(
      `${goal}: under ${most} ms`,
      ms === undefined || ms === null ? '' : `${Math.round(ms)} ms`,
      ms === undefined || ms === null ? null : ms < most,
    );
  under('first kNN from a cold device, WebGPU', first?.['nearest gpu']?.first, 1000);
  under('first kNN from a cold device, CPU module', first?.['nearest cpu']?.first, 1000);
  under('first training step from a cold device, WebGPU', first?.['train gpu']?.first, 3000);
  const cpu = first?.['train cpu'];
  under(
    'CPU module: from `createLab` (compiling included) to the first training step',
    cpu ? cpu.open + cpu.configure + cpu.first : null,
    300,
  );

  const page = figures('the page trains');
  say(
    'page: no task over 50 ms on the main thread while training with 10,000 points drawn',
    page
      ? `longest task ${page.longestTask === 0 ? 'under 50 ms' : `${Math.round(page.longestTask)} ms`}; frames came up to ${Math.round(page.longestGap)} ms apart (${page.gapsAbove} gaps above 50 ms), the main thread blocked in them for ${Math.round(page.blocking)} ms at most`
      : '',
    page ? page.longestTask <= 50 && page.blocking === 0 : null,
  );
  const drawn = figures('drawing');
  const least = results.surroundings.fallback ? 30 : 60;
  say(
    `page: ${least} drawings a second of 100,000 moving points (30 without a graphics card, 60 with one)`,
    drawn
      ? `${drawn[100000].drawn.toFixed(1)}, ${two(drawn[100000].drawn / drawn[10].drawn)} of what the compositor gives 10 points`
      : '',
    drawn ? drawn[100000].drawn >= 0.97 * least : null,
  );
  return rows;
}
