// The programs that the page copies run in PyTorch and give the engine's loss on the same rows. A stage of its own, because PyTorch is
// large: CONTRIBUTING.md says how to run it. It fails where PyTorch is missing.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLab } from '../../pkg/dist/node.js';
import { pack } from '../../pkg/tests/packed.mjs';

const PYTHON = process.env.METRICLAB_PYTHON ?? 'python3';
const WWW = fileURLToPath(new URL('../../www/', import.meta.url));
const run = promisify(execFile);
/** Of the loss and of its gradient. */
const CLOSE = 1e-4;
const [CLASSES, PER_CLASS, DIM] = [6, 4, 8];
const COUNT = CLASSES * PER_CLASS;

/**
 * Runs the programs, which stand in `programs.json`, each up to its first step. The network gives the rows as they are, and the
 * sampler takes all of them in an order of its own.
 */
const HARNESS = `
import json, torch
given = json.load(open("programs.json"))
rows = torch.tensor(given["rows"])
labels = torch.tensor(given["labels"])
data = list(zip(rows, labels))
answers = []
class Done(Exception):
    pass
for text in given["programs"]:
    torch.manual_seed(1)
    network = torch.nn.Linear(rows.shape[1], rows.shape[1], bias=False)
    with torch.no_grad():
        network.weight.copy_(torch.eye(rows.shape[1]))
    names = {"labels": labels, "data": data, "network": network}
    before = "    optimizer.step()\\n"
    assert text.count(before) == 1, text
    # What comes after the step is compiled, and not run.
    exec(compile(text.replace(before, "    break\\n"), "program", "exec"), names)
    answer = {"loss": names["loss"].item(), "gradient": network.weight.grad.flatten().tolist()}
    if "classifier" in names:
        answer["weight"] = names["classifier"].weight.T.flatten().tolist()
        answer["bias"] = names["classifier"].bias.tolist()
    assert len(names["rows"]) == len(rows)
    answers.append(answer)
json.dump(answers, open("answers.json", "w"))
`;

let vite, lab, page;
before(async () => {
  const { createServer } = await import('vite');
  vite = await createServer({
    configFile: join(WWW, 'vite.config.ts'),
    root: WWW,
    server: { middlewareMode: true, watch: null },
    appType: 'custom',
    logLevel: 'error',
    ssr: { external: ['metriclab'] },
  });
  const load = (path) => vite.ssrLoadModule(`/src/${path}`);
  page = {
    ...(await load('figures/code/pml.ts')),
    ...(await load('figures/compare/recipes.ts')),
    ...(await load('laboratory/taking.ts')),
  };
  lab = await createLab();
  // Defaults of losses are asked of a lab that has a data set.
  await lab.loadDataset(pack());
});
after(async () => {
  lab?.dispose();
  await vite?.close();
});

let state = 5;
const noise = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
};
/** Classes that lie apart a little, so that every kind of triplet is there. */
const centres = Array.from({ length: CLASSES }, () => Array.from({ length: DIM }, noise));
const labels = Array.from({ length: COUNT }, (_, at) => at % CLASSES);
const rows = labels.map((label) => centres[label].map((value) => Math.fround(0.6 * value + 0.5 * noise())));

/** What the lesson's figure copies for each loss. */
function ofLesson() {
  const extra = {
    ntxent: { kind: 'ntxent', temperature: 0.1 },
    supcon: { kind: 'supcon', temperature: 0.1 },
  };
  return page.CODED.flatMap((kind) =>
    (kind === 'triplet' ? [true, false] : [true]).map((semihard) => ({
      name: `lesson, ${kind}${kind === 'triplet' ? `, semihard ${semihard}` : ''}`,
      loss: extra[kind] ?? page.LOSSES[kind],
      normalize: kind !== 'softmax',
      miner:
        kind === 'triplet' && semihard ? { kind: 'semihard', margin: page.LOSSES.triplet.margin } : undefined,
      distance: ['ntxent', 'supcon'].includes(kind) ? 'cosine' : 'euclidean',
      semihard,
    })),
  ).map((one) => ({
    ...one,
    code: page.program({
      loss: one.loss,
      dim: DIM,
      normalize: one.normalize,
      classes: CLASSES,
      perClass: PER_CLASS,
      optimizer: { learningRate: page.LEARNING_RATE },
      known: CLASSES,
      semihard: one.semihard && one.loss.kind === 'triplet' ? page.LOSSES.triplet.margin : null,
    }),
  }));
}

/** Changes of a loss's settings that the laboratory offers. */
const CHANGED = {
  contrastive: { posMargin: 0.1, negMargin: 0.7 },
  triplet: { margin: 0.35, swap: true, smooth: true },
  margin: { alpha: 0.1, beta: 0.9, nu: 0.05 },
  ntxent: { temperature: 0.3 },
  supcon: { temperature: 0.3 },
};

/** Optimisers that the laboratory offers. Without clipping, which would change the gradient that is compared. */
const OPTIMIZERS = [
  { kind: 'adam', learningRate: 1e-3, weightDecay: 0 },
  { kind: 'sgd', learningRate: 0.1, weightDecay: 1e-4, momentum: 0.8, warmup: 10, classRate: 5 },
  {
    kind: 'adamw',
    learningRate: 1e-3,
    weightDecay: 0.01,
    schedule: { kind: 'cosine', steps: 40, floor: 0.1 },
  },
  { kind: 'adam', learningRate: 1e-3, weightDecay: 0, schedule: { kind: 'step', every: 10, factor: 0.5 } },
];

/** What the laboratory copies, with the settings of each loss and with others, of unit rows and of others. */
async function ofLaboratory() {
  const batch = { classes: CLASSES, perClass: PER_CLASS };
  const found = [];
  for (const kind of page.CODED)
    for (const changes of [{}, CHANGED[kind] ?? {}])
      for (const distance of ['euclidean', 'cosine'])
        for (const normalize of [true, false])
          for (const miner of [{ kind: 'none' }, { kind: 'semihard', margin: 0.15 }]) {
            const defaults = { ...(await lab.defaultsFor(kind)), objective: {} };
            const config = {
              ...defaults,
              loss: { ...defaults.loss, ...changes },
              distance,
              miner,
              optimizer: OPTIMIZERS[found.length % OPTIMIZERS.length],
              batch: { ...defaults.batch, ...batch },
              embedding: { ...defaults.embedding, dim: DIM, normalize },
            };
            const code = page.pytorch(config, CLASSES);
            const { loss } = config;
            const name = `laboratory, ${JSON.stringify(loss)}, ${distance}, ${normalize}, ${miner.kind}, ${config.optimizer.kind}`;
            if (code !== null) found.push({ name, code, loss, normalize, miner, distance });
          }
  return found;
}

test(
  'every program that the page copies gives the loss and the gradient of the engine',
  { timeout: 300_000 },
  async (t) => {
    const programs = [...ofLesson(), ...(await ofLaboratory())];
    const folder = await mkdtemp(join(tmpdir(), 'metriclab-'));
    t.after(() => rm(folder, { recursive: true }));
    const given = { rows, labels, programs: programs.map(({ code }) => code) };
    await writeFile(join(folder, 'programs.json'), JSON.stringify(given));
    await writeFile(join(folder, 'harness.py'), HARNESS);
    await run(PYTHON, ['harness.py'], { cwd: folder });
    const answers = JSON.parse(await readFile(join(folder, 'answers.json'), 'utf8'));
    const wrong = [];
    for (const [at, { name, loss, distance, miner, normalize }] of programs.entries()) {
      const { loss: told, gradient, weight, bias } = answers[at];
      const asked = {
        embeddings: Float32Array.from(rows.flat()),
        dim: DIM,
        labels: Uint16Array.from(labels),
      };
      const classes = weight ? { learned: Float32Array.from(weight), bias } : {};
      const found = await lab
        .lossOf({ ...asked, ...classes, loss, distance, normalize, ...(miner ? { miner } : {}) })
        .catch(({ message }) => ({ value: message, gradient: [] }));
      // d loss / d W of rows · Wᵀ, at W = 1: sum over the rows of gradientᵀ row.
      const own = Array.from({ length: DIM * DIM }, (_, k) =>
        rows.reduce(
          (sum, row, r) => sum + (found.gradient[r * DIM + Math.floor(k / DIM)] ?? 0) * row[k % DIM],
          0,
        ),
      );
      const apart = Math.max(
        Math.abs(told - found.value),
        ...own.map((value, k) => Math.abs(value - gradient[k])),
      );
      if (!(apart <= CLOSE)) wrong.push(`${name}: PyTorch ${told}, here ${found.value}, ${apart} apart`);
    }
    t.diagnostic(`${programs.length} programs`);
    assert.deepEqual(wrong, []);
  },
);
