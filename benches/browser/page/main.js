import { jobs } from '../jobs/all.js';
import { draw } from './drawing.js';
import { firstCall } from './first-call.js';
import { measure } from './harness.js';

/** Predicted growth of a call's time at another size: with n², and at least not shrinking with d. */
function foreseen(past, job) {
  return (contender) => {
    const smaller = past
      .filter((one) => one.family === job.family && one.n < job.n)
      .flatMap((one) =>
        one.rows
          .filter((row) => row.contender === contender && row.samples.length > 0)
          .map((row) => ({ one, row })),
      )
      .sort((a, b) => b.one.n - a.one.n || Math.abs(a.one.d - job.d) - Math.abs(b.one.d - job.d))[0];
    if (!smaller) return null;
    return (Math.min(...smaller.row.samples) / 1000) * (job.n / smaller.one.n) ** 2;
  };
}

globalThis.bench = {
  draw,
  firstCall,
  list: () =>
    jobs.map(({ name, quick, isolated = false, contenders }) => ({
      name,
      quick,
      isolated,
      contenders: contenders.map((one) => one.name),
    })),
  /** All contenders of a job, or one. */
  run: async ({ name, plan, past, contender }) => {
    const whole = jobs.find((one) => one.name === name);
    const job = {
      ...whole,
      contenders: whole.contenders.filter(
        ({ name: one }) =>
          new RegExp(plan.contenders).test(one) && (contender === undefined || one === contender),
      ),
    };
    const rows = await measure(job, job.once ? { ...plan, rounds: 0 } : plan, foreseen(past, job));
    const { family, n, d, width, training = false, once = false } = job;
    return { name, family, n, d, width, training, once, rows };
  },
};
