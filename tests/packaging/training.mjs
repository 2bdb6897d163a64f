// Functions that run inside a page. Playwright sends each by itself, so none uses another.

/** The whole way from nothing to an evaluation. */
export async function tinyTraining({ device, steps }) {
  const { createLab, fetchPacked, readPacked } = globalThis.metriclab;
  const bytes = await fetchPacked('/synthetic.mlds.gz');
  const lab = await createLab({ device });
  const faults = [];
  lab.on('fault', (fault) => faults.push(fault));
  const info = await lab.loadDataset(bytes);
  const defaults = await lab.defaults();
  const session = await lab.configure({
    ...defaults,
    seed: 3,
    unseenClasses: 0,
    network: { kind: 'mlp', hidden: [16] },
    batch: { classes: 4, perClass: 4 },
  });
  const report = await lab.advance(steps);
  const picture = await lab.picture({ refresh: info.count });
  const evaluation = await lab.evaluate({ space: 'embedding', k: 5 });
  const embeddings = await lab.embeddings();
  const kind = lab.device.kind;
  const adapter = lab.device.adapter;
  lab.dispose();
  return {
    kind,
    adapter,
    faults,
    count: info.count,
    title: readPacked(bytes).title.en,
    step: report.step,
    losses: [...report.losses],
    points: picture.xy.length / 2,
    finite: picture.xy.every(Number.isFinite) && embeddings.every(Number.isFinite),
    width: embeddings.length / info.count - session.config.embedding.dim,
    recallAt1: evaluation.seen.recallAt1,
  };
}

/**
 * Trains on a data set that comes as base64 and looks one sample up in a gallery: nothing is fetched but the engine. In
 * the page, `globalThis.metriclab` is the package.
 */
export async function selfContained({ data, device = 'cpu', steps = 60, options = {} }) {
  const { createLab } = globalThis.metriclab;
  const given = typeof options === 'string' ? await globalThis[options]() : options;
  try {
    const lab = await createLab({ device, ...given });
    const { count } = await lab.loadDataset(Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0)));
    const defaults = await lab.defaults();
    await lab.configure({
      ...defaults,
      seed: 3,
      unseenClasses: 0,
      network: { kind: 'mlp', hidden: [16] },
      batch: { classes: 4, perClass: 4 },
    });
    const { losses } = await lab.advance(steps);
    const rows = await lab.embeddings();
    const dim = rows.length / count;
    const gallery = await lab.gallery({ dim, distance: 'euclidean', threshold: 1e-3 });
    await gallery.add([{ name: 'first', vector: rows.slice(0, dim) }]);
    const [{ decision }] = await gallery.query([rows.slice(0, dim)], { k: 1 });
    const { seen } = await lab.evaluate({ space: 'embedding', k: 5 });
    const { kind, reason } = lab.device;
    lab.dispose();
    return { kind, reason, losses: [...losses], found: decision.name, recallAt1: seen.recallAt1 };
  } catch (error) {
    return { failed: { name: error?.name, code: error?.code, message: error?.message } };
  }
}

/** Opens `globalThis.lab` with a session, and collects its events in `globalThis.told`. */
export async function openSession({ device }) {
  const { createLab, fetchPacked } = globalThis.metriclab;
  const lab = await createLab({ device });
  globalThis.lab = lab;
  globalThis.told = [];
  lab.on('fault', (fault) =>
    globalThis.told.push({ fault: fault.code, recovered: fault.recovered, step: fault.step }),
  );
  lab.on('device', ({ kind, reason }) => globalThis.told.push({ kind, reason }));
  await lab.loadDataset(await fetchPacked('/synthetic.mlds.gz'));
  const defaults = await lab.defaults();
  await lab.configure({
    ...defaults,
    seed: 3,
    unseenClasses: 0,
    network: { kind: 'mlp', hidden: [16] },
    batch: { classes: 4, perClass: 4 },
  });
  return lab.device;
}

/** How `createLab` fails; null where it does not. */
export async function failure(options) {
  try {
    (await globalThis.metriclab.createLab(options)).dispose();
    return null;
  } catch (error) {
    return { name: error.name, code: error.code, message: error.message };
  }
}
