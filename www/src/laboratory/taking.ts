// The content of each export: the map as a picture, the scores, the run's record, PyTorch code.
import type { Evaluation, LossConfig, SessionConfig } from 'metriclab';
import { CODED, program, type Coded } from '../figures/code/pml';
import { colourOf, css, SHAPE_PATHS, SHAPES } from '../render/palette';
import { MARK_BYTES, NEAREST, opacityAt, sizeAt } from '../render/point-map';
import type { History } from '../session/history';

const [WIDTH, HEIGHT, EDGE] = [1280, 800, 40];
const MARK = 4;
/** More names than these would hide the marks. */
const MOST_NAMES = 50;

/** A file name that tells the data set and the step. */
export function fileName(data: string, step: number, ending: string): string {
  return `metriclab-${data}-step-${step}.${ending}`;
}

/** A line a step: the loss, the share of active triplets, and the scores where they were measured. */
export function scoresCsv({ losses, active, scores }: History): string {
  const measured = new Map(scores.map((point) => [point.step, point]));
  const steps = new Set([...losses.keys()].map((at) => at + 1).concat([...measured.keys()]));
  const cell = (value: number | undefined): string =>
    value === undefined || !Number.isFinite(value) ? '' : String(value);
  const lines = [...steps]
    .sort((a, b) => a - b)
    .map((step) => {
      const { seen, unseen } = measured.get(step) ?? { seen: null, unseen: null };
      const numbers = [
        losses[step - 1],
        active[step - 1],
        seen?.recall,
        seen?.map,
        unseen?.recall,
        unseen?.map,
      ];
      return [String(step), ...numbers.map(cell)].join(',');
    });
  const head = 'step,loss,active,seen_recall_at_1,seen_map_at_r,unseen_recall_at_1,unseen_map_at_r';
  return [head, ...lines, ''].join('\r\n');
}

/** Everything that tells the run again, and what was measured. */
export function record(run: {
  readonly version: string;
  readonly link: string;
  readonly data: string;
  readonly step: number;
  readonly config: SessionConfig;
  readonly evaluation: Evaluation | null;
  readonly rawInput: Evaluation | null;
  readonly history: History;
}): string {
  return JSON.stringify(run, null, 1);
}

/** The distance that pytorch-metric-learning compares with in each loss, as the program has it; a classifier compares nothing. */
const DISTANCE_OF: Readonly<Record<Coded, SessionConfig['distance'] | null>> = {
  contrastive: 'euclidean',
  triplet: 'euclidean',
  margin: 'euclidean',
  ntxent: 'cosine',
  supcon: 'cosine',
  softmax: null,
};
const MINED: readonly LossConfig['kind'][] = ['contrastive', 'triplet', 'margin'];

/** The run's loss as a program with pytorch-metric-learning; null for what it has not, or not so. */
export function pytorch(config: SessionConfig, classes: number): string | null {
  const { loss, miner, distance, optimizer } = config;
  if (!isPlain(config) || !isCoded(loss)) return null;
  const wanted = DISTANCE_OF[loss.kind];
  if (wanted !== null && wanted !== distance) return null;
  const semihard = loss.kind === 'triplet' && miner.kind === 'semihard' ? (miner.margin ?? 0.2) : null;
  if (MINED.includes(loss.kind) && semihard === null && miner.kind !== 'none') return null;
  return program({
    loss,
    dim: config.embedding.dim,
    normalize: config.embedding.normalize,
    classes: config.batch.classes,
    perClass: config.batch.perClass,
    optimizer,
    known: classes,
    semihard,
  });
}

/** Whether the loss is all of the objective, and compares the samples of a batch by their classes. */
function isPlain({ objective = {}, batch }: SessionConfig): boolean {
  const { reducer, memory = 0, also = [], regularizers = [], classWeights = [] } = objective;
  const alone = !reducer && memory === 0 && also.length + regularizers.length + classWeights.length === 0;
  return alone && batch.views !== 2 && batch.labels !== 'instance';
}

function isCoded(loss: LossConfig): loss is Extract<LossConfig, { readonly kind: Coded }> {
  return CODED.some((kind) => kind === loss.kind);
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

/** Where the middle of sorted numbers is. */
const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** What the map shows. */
export interface ShownMap {
  /** Places of all samples; NaN for those that are left out. */
  readonly places: Float32Array;
  /** How each sample is marked. */
  readonly marks: Uint8Array;
  /** The ball in which the samples lie, and whether they lie on it; null in the plane. */
  readonly ball: { readonly radius: number; readonly unit: boolean } | null;
}

type Range = readonly [number, number];

const rangeOf = (values: readonly number[]): Range => [
  values.reduce((least, value) => Math.min(least, value), Infinity),
  values.reduce((most, value) => Math.max(most, value), -Infinity),
];

/** The map as it is shown, whole: a mark a sample, the nearer ones above the farther ones, and each class's name at its median. */
export function mapSvg(
  { places, marks, ball }: ShownMap,
  labels: ArrayLike<number>,
  /** None where colours tell something else. */
  names: readonly string[],
  told: string,
  dark: boolean,
): string {
  const nearness = (sample: number): number => marks[MARK_BYTES * sample + 2] ?? 0;
  const samples = Array.from({ length: places.length / 2 }, (_, sample) => sample)
    .filter((sample) => Number.isFinite(places[2 * sample]) && nearness(sample) > 0)
    .sort((one, other) => nearness(one) - nearness(other));
  const along = (axis: 0 | 1): Range =>
    ball ? [-ball.radius, ball.radius] : rangeOf(samples.map((sample) => places[2 * sample + axis] ?? 0));
  const [[left, right], [low, high]] = [along(0), along(1)];
  const scale = Math.min(
    (WIDTH - 2 * EDGE) / Math.max(right - left, 1e-30),
    (HEIGHT - 3 * EDGE) / Math.max(high - low, 1e-30),
  );
  const place = (sample: number): readonly [number, number] => [
    WIDTH / 2 + ((places[2 * sample] ?? 0) - (left + right) / 2) * scale,
    (HEIGHT - EDGE) / 2 - ((places[2 * sample + 1] ?? 0) - (low + high) / 2) * scale,
  ];
  const [paper, ink] = dark ? ['#14151a', '#f1efe8'] : ['#fbfaf6', '#1d1c19'];
  const drawn = samples.map((sample) => {
    const [x, y] = place(sample);
    const [colour = 0, shape = 0, near = NEAREST, hollow = 0] = marks.subarray(MARK_BYTES * sample);
    const ownColour = css(colourOf(colour));
    const paint = hollow
      ? `fill="${paper}" stroke="${ownColour}" stroke-width="0.35"`
      : `fill="${ownColour}"`;
    const [size, seen] = [MARK * sizeAt(near), opacityAt(near)];
    const faint = seen < 1 ? ` opacity="${seen.toFixed(2)}"` : '';
    return `<path d="${SHAPE_PATHS[SHAPES[shape] ?? 'circle']}" ${paint}${faint} transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${Number(size.toFixed(2))})"/>`;
  });
  const own = new Map<number, (readonly [number, number])[]>();
  for (const sample of samples) {
    const label = labels[sample] ?? 0;
    const known = own.get(label);
    if (known) known.push(place(sample));
    else own.set(label, [place(sample)]);
  }
  const titles = [...own].map(([label, all]) => {
    const [x, y] = [median(all.map(([x]) => x)), median(all.map(([, y]) => y))];
    return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="middle" dominant-baseline="central" font-weight="700" font-size="20" fill="${ink}" stroke="${paper}" stroke-width="4" paint-order="stroke">${escaped(names[label] ?? String(label))}</text>`;
  });
  const round = `<circle cx="${WIDTH / 2}" cy="${(HEIGHT - EDGE) / 2}" r="${((ball?.radius ?? 0) * scale).toFixed(1)}" fill="none" stroke="${ink}" opacity="0.4"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="Pretendard, system-ui, sans-serif">`,
    `<rect width="100%" height="100%" fill="${paper}"/>`,
    ...(ball?.unit ? [round] : []),
    ...drawn,
    ...(names.length > 0 && names.length <= MOST_NAMES ? titles : []),
    `<text x="${EDGE}" y="${HEIGHT - EDGE / 2}" font-size="18" fill="${ink}">${escaped(told)}</text>`,
    '</svg>',
  ].join('\n');
}

/** The same picture in pixels, twice as fine. */
export async function pngOf(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image(WIDTH, HEIGHT);
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [2 * WIDTH, 2 * HEIGHT];
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob) resolve(blob);
        else reject(new Error('no picture'));
      });
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}
