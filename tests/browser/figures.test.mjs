// Scores of the defaults on real data with the CPU module. The README quotes them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin, openPackageSite, visitPackage } from './package-page.mjs';
import { launch, leave, started } from './visit.mjs';

const [browser, site] = await started(launch('none'), openPackageSite());

const evaluate = (page, space) =>
  page.evaluate((asked) => globalThis.lab.evaluate({ space: asked, k: 5 }), space);

/** Trains until `enough` or until `seconds` of training are over; evaluation does not count as training. */
async function trainUntil(page, { seconds, every, pick, enough }) {
  let milliseconds = 0;
  for (;;) {
    const [step, took] = await page.evaluate(async (steps) => {
      const begun = performance.now();
      let report;
      for (let done = 0; done < steps; done += 10) report = await globalThis.lab.advance(10);
      return [report.step, performance.now() - begun];
    }, every);
    const late = milliseconds + took > 1000 * seconds;
    milliseconds += took;
    const scores = pick(await evaluate(page, 'embedding'));
    console.log(`  step ${step}, ${(milliseconds / 1000).toFixed(1)} s of training: ${show(scores)}`);
    if (late || enough(scores)) return { step, seconds: milliseconds / 1000, scores };
  }
}

const show = ({ recallAt1, mapAtR, queries, classes }) =>
  `R@1 ${recallAt1.toFixed(4)}, MAP@R ${mapAtR.toFixed(4)} (${queries} queries, ${classes} classes)`;

test(
  'MNIST: R@1 of 0.97 and MAP@R of 0.85 on 2,000 test pictures within 2 minutes of training',
  { timeout: 400_000 },
  async () => {
    const page = await visitPackage(browser, site);
    const { roles, parameters } = await page.evaluate(begin, {
      device: 'cpu',
      data: 'data/mnist.mlds.gz',
      changes: {},
    });
    assert.deepEqual(roles, [8000, 2000, 0], 'train, test and unseen pictures');
    const raw = (await evaluate(page, 'raw')).seen;
    const { step, seconds, scores } = await trainUntil(page, {
      seconds: 120,
      every: 100,
      pick: ({ seen, seenIsTraining }) => (
        assert.equal(seenIsTraining, false, 'test pictures are scored'),
        seen
      ),
      enough: ({ recallAt1, mapAtR }) => recallAt1 >= 0.973 && mapAtR >= 0.86,
    });
    console.log(
      `FIGURES mnist: ${step} steps, ${seconds.toFixed(1)} s, ${parameters} parameters, ${show(scores)}; raw pixels ${show(raw)}`,
    );
    assert.equal(scores.queries, 2000, 'every test picture is a query');
    assert.ok(seconds <= 120, `${seconds} s of training`);
    assert.ok(scores.recallAt1 >= 0.97, `R@1 ${scores.recallAt1}`);
    assert.ok(scores.mapAtR >= 0.85, `MAP@R ${scores.mapAtR}`);
    assert.deepEqual(await page.evaluate(() => globalThis.faults), [], 'faults');
    await leave(page);
  },
);

test(
  'emoji: R@1 of 0.50 across styles on classes never trained on within 3 minutes of training',
  { timeout: 600_000 },
  async () => {
    const page = await visitPackage(browser, site);
    const { parameters } = await page.evaluate(begin, {
      device: 'cpu',
      data: 'data/emoji.mlds.gz',
      changes: {},
    });
    const raw = (await evaluate(page, 'raw')).unseen;
    const { step, seconds, scores } = await trainUntil(page, {
      seconds: 180,
      every: 50,
      pick: ({ unseen }) => unseen,
      enough: ({ recallAt1 }) => recallAt1 >= 0.51,
    });
    console.log(
      `FIGURES emoji: ${step} steps, ${seconds.toFixed(1)} s, ${parameters} parameters, ${show(scores)}; raw pixels ${show(raw)}`,
    );
    assert.ok(scores.crossDomain && raw.crossDomain, 'queries look in other styles only');
    assert.ok(scores.classes >= 300, `${scores.classes} unseen classes`);
    assert.ok(seconds <= 180, `${seconds} s of training`);
    assert.ok(scores.recallAt1 >= 0.5, `R@1 ${scores.recallAt1}`);
    assert.ok(
      raw.recallAt1 > 0.28 && raw.recallAt1 < 0.38,
      `raw pixels are the baseline that is known: ${raw.recallAt1}`,
    );
    assert.deepEqual(await page.evaluate(() => globalThis.faults), [], 'faults');
    await leave(page);
  },
);
