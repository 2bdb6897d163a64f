// Fuzzes the readers: mutations of good files end in samples or in an error of ours, soon, and within memory. Each format has
// 10 s, two formats at a time. The seeds are the same each time: a slow machine only comes less far.
// METRICLAB_FUZZ_SECONDS=3600 node --test pkg/tests/data-fuzz.test.mjs shares an hour out among the formats, one at a time.
// METRICLAB_FUZZ_FORMAT names one format, METRICLAB_FUZZ_SEED says where to begin, and without seconds repeats that one.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import test, { suite } from 'node:test';
import { FORMATS, goodFiles } from './fuzz-reader.mjs';

const { METRICLAB_FUZZ_SECONDS: total, METRICLAB_FUZZ_SEED: seed, METRICLAB_FUZZ_FORMAT: only } = process.env;
const CHOSEN = Object.keys(FORMATS).filter((format) => only === undefined || format === only);
const SECONDS = total ? Number(total) / CHOSEN.length : 10;
const FIRST = Number(seed ?? 1);
const MOST = seed && !total ? 1 : 2 ** 31;
/** Seeds that once found a fault: the length of a Snappy literal that turned negative took 5 s. */
const KNOWN = { parquet: [100_812_325] };
/** Even a machine that does much else comes as far as this. */
const FEWEST = MOST === 1 ? 1 : 10 * SECONDS;
const MOST_CPU_SECONDS = 2;
/** On a machine under load, a case that is far from 2 s of work may wait. */
const SILENCE_MS = 90_000;
const MOST_RSS = 1024 * 1024 * 1024;

/** What is wrong with a case that has ended, or null. */
function fault({ complaint, seconds, rss }) {
  if (complaint !== null) return complaint;
  if (seconds > MOST_CPU_SECONDS) return `${seconds} s`;
  return rss > MOST_RSS ? `${rss} bytes` : null;
}

/** Counts the cases of a process that reads mutations of a format, and collects what is wrong. */
async function fuzzed(format, t) {
  const known = seed ? [] : KNOWN[format];
  const work = JSON.stringify({ format, seconds: SECONDS, first: FIRST, most: MOST, known });
  const child = fork(new URL('fuzz-reader.mjs', import.meta.url), [work], {
    execArgv: ['--max-old-space-size=512'],
  });
  t.after(() => child.kill('SIGKILL'));
  const found = { cases: 0, bad: [] };
  let current = null;
  const about = () =>
    `METRICLAB_FUZZ_FORMAT=${format} METRICLAB_FUZZ_SEED=${current?.begins} (${current?.name})`;
  let timer;
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      found.bad.push(`${about()} does not end`);
      child.kill('SIGKILL');
    }, SILENCE_MS);
  };
  watch();
  child.on('message', (message) => {
    watch();
    if ('begins' in message) current = message;
    else {
      found.cases += 1;
      const told = fault(message);
      if (told !== null && found.bad.length < 20) found.bad.push(`${about()}: ${told}`);
    }
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  if (code !== 0 && found.bad.length === 0) found.bad.push(`${about()} ends the process (${code})`);
  return found;
}

test('every good file is of a format', async () => {
  const names = (await goodFiles()).map(([name]) => name);
  const counted = Object.values(FORMATS).map((ending) => names.filter((name) => ending.test(name)).length);
  assert.ok(Math.min(...counted) > 0, `files of each format: ${counted}`);
  assert.equal(
    counted.reduce((sum, count) => sum + count),
    names.length,
  );
});

suite('mutations of good files', { concurrency: total ? 1 : 2 }, () => {
  for (const format of CHOSEN)
    test(format, { timeout: 1000 * SECONDS + 120_000 }, async (t) => {
      const { cases, bad } = await fuzzed(format, t);
      t.diagnostic(`${cases} cases`);
      assert.deepEqual(bad, []);
      assert.ok(cases >= FEWEST, `${cases} cases only`);
    });
});
