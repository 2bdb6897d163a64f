const text = (error) =>
  (error?.message ?? (typeof error === 'object' ? JSON.stringify(error) : String(error)))
    .replace(/\s+/g, ' ')
    .slice(0, 300);

/** Gives up on a call after a time limit. A call that never returns to the event loop cannot be stopped. */
async function within(seconds, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`given up after ${seconds} s`)), 1000 * seconds);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function timed(task, argument) {
  await task.before?.();
  const begun = performance.now();
  const result = await task.run(argument);
  return { ms: performance.now() - begun, result };
}

/** Ends a call that was given up, so that it does not slow the next one. */
async function close(entry) {
  try {
    await entry.task?.close?.();
  } catch (error) {
    console.error(`closing: ${text(error)}`);
  }
  entry.task = null;
}

/** Calls before measuring, until JavaScript is fully compiled. */
const WARM_STEPS = 5;

/** Steps of a measurement: about a second, so that the read-back at its end counts for little. */
const stepsFor = (ms) => Math.max(1, Math.min(20, Math.round(1000 / ms)));

/**
 * Measures the contenders of a job in turn, one measurement each a round, so that a slow moment of the machine affects all.
 * Each makes a first call before the rounds. A contender that has used up its time leaves the later rounds.
 *
 * @param {object} job `contenders` ({ name, open }), `check(result, row, task)`, `training` where `run` takes a count of steps
 * @param {{ rounds: number, budget: number, limit: number }} plan `budget`: seconds that a contender may measure for;
 *   `limit`: seconds of one call. A job may have both of its own.
 * @param {(contender: string) => number | null} foresee seconds that a call will take, by what it took on a smaller job
 */
export async function measure(job, { rounds, budget: usual, limit }, foresee) {
  const most = job.limit ?? limit;
  const budget = Math.min(usual, job.budget ?? usual);
  const entries = [];
  for (const contender of job.contenders) {
    const row = { contender: contender.name, firstMs: null, samples: [], steps: null, note: '', error: null };
    const entry = { row, task: null, spent: 0, out: false };
    entries.push(entry);
    const foreseen = foresee(contender.name);
    if (foreseen !== null && foreseen > most) {
      row.error = `not run: about ${Math.round(foreseen)} s a call, by its time at a smaller n`;
      continue;
    }
    try {
      entry.task = await within(60, async () => contender.open());
      const { ms, result } = await within(job.once ? most : 3 * most, () => timed(entry.task, 1));
      row.firstMs = ms;
      await job.check(result, row, entry.task);
      await entry.task.after?.();
      if (job.once || (!job.training && ms > 1000 * 2 * usual)) {
        row.samples.push(ms);
        row.note = job.once ? '' : 'the first call only';
        entry.out = true;
      } else if (job.training) {
        const steps = ms < 2000 ? WARM_STEPS : 1;
        const warm = await within(most, () => timed(entry.task, steps));
        row.steps = stepsFor(warm.ms / steps);
      }
    } catch (error) {
      row.error = [text(error), entry.task?.progress?.()].filter(Boolean).join('; ');
      console.error(`${contender.name}: ${error?.stack ?? error}`);
    }
    if (job.once || row.error !== null) await close(entry);
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      const { row, task } = entry;
      if (row.error !== null || entry.out) continue;
      try {
        const { ms, result } = await within(most, () => timed(task, row.steps ?? 1));
        row.samples.push(ms / (row.steps ?? 1));
        if (job.training) row.lossLast = result;
        entry.spent += ms / 1000;
        if (entry.spent > budget) entry.out = true;
        await task.after?.();
      } catch (error) {
        row.error = text(error);
      }
    }
  }
  for (const entry of entries) {
    await close(entry);
    const { row } = entry;
    if (row.samples.length < rounds && row.samples.length > 0 && !row.note)
      row.note = `${row.samples.length} round${row.samples.length === 1 ? '' : 's'}`;
    job.end?.(row);
  }
  return entries.map(({ row }) => row);
}
