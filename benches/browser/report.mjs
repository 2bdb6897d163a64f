// Writes the results as tables.
const OURS = ['metriclab CPU', 'metriclab WebGPU'];

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The figure of a row, or none where nothing was measured. */
export const figure = (row) =>
  row && row.error === null && row.samples.length > 0 ? median(row.samples) : null;

const number = (value) =>
  value >= 99.5
    ? Math.round(value).toLocaleString('en')
    : value >= 9.95
      ? value.toFixed(1)
      : value >= 0.095
        ? value.toFixed(2)
        : String(Number(value.toPrecision(2)));
const ms = (value) => (value === null || value === undefined ? '–' : number(value));
const bytes = (value) => `${(value / 2 ** 20).toFixed(1)} MiB`;
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head, rows) =>
  [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
  ].join('\n');

function held(row) {
  const parts = [];
  if (row.recall !== undefined) parts.push(`recall ${row.recall.toFixed(4)}`);
  if (row.error64 !== undefined)
    parts.push(`error ${row.error64.toExponential(1)}, diagonal ${row.diagonal.toExponential(1)}`);
  if (row.lossFirst !== undefined)
    parts.push(`loss ${row.lossFirst.toFixed(3)} → ${row.lossLast?.toFixed(3) ?? '–'}`);
  if (row.trust !== undefined) parts.push(`trustworthiness ${row.trust.toFixed(3)}`);
  if (row.firstPicture !== undefined)
    parts.push(`first picture after ${(row.firstPicture / 1000).toFixed(1)} s`);
  if (row.buffers)
    parts.push(
      `largest buffer ${bytes(row.buffers.largest)}, created and not destroyed ${bytes(row.buffers.most)}`,
    );
  return parts.join('; ');
}

function jobTable(job) {
  const named = (name) => job.rows.find((row) => row.contender === name);
  const own = job.rows.some(({ contender }) => OURS.includes(contender))
    ? OURS.map((name) => [`${name.replace('metriclab ', '')} module ÷ it`, figure(named(name))])
    : [['the first ÷ it', figure(job.rows[0])]];
  const rows = job.rows.map((row) => {
    const time = figure(row);
    const ratios = own.map(([, ours]) => (time === null || ours === null ? '–' : number(ours / time)));
    const note = row.error === null ? [held(row), row.note].filter(Boolean).join('; ') : `**${row.error}**`;
    return [row.contender, ms(row.firstMs), ms(time), ...ratios, note];
  });
  return table(['', 'first ms', 'median ms', ...own.map(([title]) => title), 'compared with float64'], rows);
}

const SIZE = { 16384: 'The matrix has 1 GiB, which is as much as metriclab gives at a time.' };

function jobs(results) {
  return results.jobs
    .map(
      (job) =>
        `### ${job.name}${job.training ? ', batch 128, ms a step' : ''}${job.once ? ', one call each' : ''}\n\n${job.family === 'distances' && SIZE[job.n] ? `${SIZE[job.n]}\n\n` : ''}${jobTable(job)}`,
    )
    .join('\n\n');
}

const GROWN = ['distances', 'kNN'];

/** The slope of a straight line through the points, by least squares. */
function slope(points) {
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return covariance / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** How the time of each contender grows with n (at d = 128) and with d (at n = 4096): 2 is a square. */
function growth(results) {
  const of = (family, name, along, where) => {
    const points = results.jobs
      .filter((job) => job.family === family && where(job))
      .map((job) => [job[along], figure(job.rows.find(({ contender }) => contender === name))])
      .filter(([, time]) => time !== null);
    return points.length > 1 ? slope(points.map((point) => point.map(Math.log2))).toFixed(2) : '–';
  };
  const grown = results.jobs.filter(({ family }) => GROWN.includes(family));
  const names = [...new Set(grown.flatMap(({ rows }) => rows.map(({ contender }) => contender)))];
  const rows = names.map((name) => [
    name,
    ...GROWN.flatMap((family) => [
      of(family, name, 'n', ({ d }) => d === 128),
      of(family, name, 'd', ({ n }) => n === 4096),
    ]),
  ]);
  return table(['', ...GROWN.flatMap((family) => [`${family}, by n`, `${family}, by d`])], rows);
}

/** What the device costs or saves as the network grows. */
function byWidth(results) {
  const rows = results.jobs
    .filter(({ width }) => width !== undefined)
    .map(({ width, rows: all }) => {
      const [cpu, gpu] = OURS.map((name) => figure(all.find(({ contender }) => contender === name)));
      return [width, ms(cpu), ms(gpu), cpu === null || gpu === null ? '–' : number(gpu / cpu)];
    });
  return table(['width', 'CPU module, ms a step', 'WebGPU module, ms a step', 'WebGPU ÷ CPU'], rows);
}

function visitTables(results) {
  return results.visits
    .map(
      ({ title, head, rows, text }) =>
        `### ${title}\n\n${text ? `${text}\n\n` : ''}${table(
          head,
          rows.map((row) => row.map((value) => (typeof value === 'number' ? number(value) : value))),
        )}`,
    )
    .join('\n\n');
}

export function report(results) {
  const { surroundings: at, plan } = results;
  const versions = Object.entries(at?.versions ?? {})
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  const goalRows = (results.goals ?? []).map(({ goal, measured, verdict }) => [goal, measured, verdict]);
  return [
    '# Benchmarks',
    `Written by \`cargo xtask bench\`${results.quick ? ' with `--quick`: the smallest sizes, few rounds' : ''}; [benchmarks.json](benchmarks.json) has every sample. Another run gives other milliseconds; ratios within a table hold better.`,
    `${at?.date}, ${at?.browser}, adapter ${at?.adapter}${at?.fallback ? ' (software)' : ''}, ${at?.processor}, ${results.isolated ? 'cross-origin isolated' : 'not cross-origin isolated: no threads in wasm'}. ${versions}.`,
    `All contenders of a table ran on one page, in turn, one measurement each a round: ${plan.rounds} rounds after a first call, which is given by itself. A contender that had measured for ${plan.budget} s left the rounds, and its row says how many there were. metriclab runs in a Worker, and the messages to and from it count; the others run on the main thread. Points are in 64 clusters; queries and references are the same, and a point is its own nearest. Answers are compared with sums in float64. ${results.pages} browser(s): after an error the next table gets a fresh one.`,
    ...(results.again?.length > 0
      ? [
          `Measured again afterwards, with the rows of their tables that took part: ${results.again.join('; ')}.`,
        ]
      : []),
    '## Goals',
    table(['goal', 'measured', ''], goalRows),
    ...(results.jobs.length > 0 ? ['## Jobs', jobs(results)] : []),
    ...(results.jobs.some(({ family }) => GROWN.includes(family))
      ? [
          '## Growth',
          'The slope of log time over log size, by least squares: 1 grows as the size does, 2 as its square. By n at d = 128, by d at n = 4096.',
          growth(results),
        ]
      : []),
    ...(results.jobs.some(({ width }) => width !== undefined)
      ? [
          '### The devices by width',
          `A step of an MLP 784-width-32, batch 128. \`auto\` measures on the visitor's own device instead.${at?.fallback ? ' Here the processor plays the graphics card.' : ''}`,
          byWidth(results),
        ]
      : []),
    ...(results.visits.length > 0 ? ['## Visits and pictures', visitTables(results)] : []),
    ...(results.payload.length > 0
      ? [
          '## Download',
          table(
            ['', 'raw KB', 'brotli KB'],
            results.payload.map(({ name, raw, brotli }) => [name, number(raw / 1000), number(brotli / 1000)]),
          ),
        ]
      : []),
    '',
  ].join('\n\n');
}
