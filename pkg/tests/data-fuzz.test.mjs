// Fuzzes the readers: mutations of good files end in samples or in an error of ours, soon, and within memory.
// The same CASES each time, so that a run that passed passes again. METRICLAB_FUZZ_SECONDS=3600 node --test
// pkg/tests/data-fuzz.test.mjs runs for an hour instead; METRICLAB_FUZZ_SEED says where to begin, and alone repeats that one.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Worker } from 'node:worker_threads';

/** About 10 s. */
const CASES = 1_500;
const { METRICLAB_FUZZ_SECONDS: seconds, METRICLAB_FUZZ_SEED: seed } = process.env;
const SECONDS = Number(seconds ?? 600);
const SEED = Number(seed ?? 1);
const MOST = seconds ? Infinity : seed ? 1 : CASES;
const MOST_CPU_SECONDS = 2;
/** On a machine under load, a case that is far from 2 s of work may wait. */
const SILENCE_MS = 90_000;
const MOST_RSS = 1024 * 1024 * 1024;

test('mutations of good files', { timeout: 1000 * SECONDS + 120_000 }, async (t) => {
  const worker = new Worker(new URL('fuzz-reader.mjs', import.meta.url), {
    workerData: { seconds: SECONDS, seed: SEED, most: MOST },
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const found = { cases: 0, bad: [] };
  let current = null;
  let timer;
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      found.bad.push(`seed ${current?.begins} (${current?.name}) does not end`);
      void worker.terminate();
    }, SILENCE_MS);
  };
  watch();
  worker.on('message', (message) => {
    watch();
    if ('begins' in message) current = message;
    if (!('ended' in message)) return;
    const { ended, name, complaint, seconds, rss } = message;
    found.cases += 1;
    const told =
      complaint ?? (seconds > MOST_CPU_SECONDS ? `${seconds} s` : rss > MOST_RSS ? `${rss} bytes` : null);
    if (told !== null && found.bad.length < 20) found.bad.push(`seed ${ended} (${name}): ${told}`);
  });
  await new Promise((resolve) => {
    worker.on('error', (error) => {
      found.bad.push(`seed ${current?.begins} (${current?.name}) ends the thread: ${error.message}`);
      resolve();
    });
    worker.on('exit', resolve);
  });
  clearTimeout(timer);
  t.diagnostic(`${found.cases} cases`);
  assert.deepEqual(found.bad, []);
  if (seconds) assert.ok(found.cases >= 5 * SECONDS, `${found.cases} cases only`);
  else assert.equal(found.cases, MOST, 'cases');
});
