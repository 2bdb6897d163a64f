// Voices, live: a microphone that hears a synthetic voice, and files of others; a name, "unknown", and what may go wrong.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { opus } from '../../pkg/tests/sounds.mjs';
import { flawless, violations } from './axe.mjs';
import { id } from './lab-page.mjs';
import { openSite } from './site.mjs';
import { SPEAKERS, speech, wav } from './synthetic-voice.mjs';
import { isCode, launch, leave, requestsOf, started, visit } from './visit.mjs';

const PATIENCE = 60_000;
const MICROPHONE = { permissions: ['microphone'] };

const folder = await mkdtemp(join(tmpdir(), 'metriclab-voice-'));
// The microphone hears Ann, over and over.
const heard = join(folder, 'ann.wav');
await writeFile(heard, wav(speech(SPEAKERS.ann, { seconds: 4 })));
const devices = ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${heard}`];
const [browser, site] = await started(launch('none', devices), openSite());
after(() => rm(folder, { recursive: true, force: true }));

const clip = (speaker, name, options) => ({
  name,
  mimeType: 'audio/wav',
  buffer: wav(speech(SPEAKERS[speaker], options)),
});
const idle = (page, count) =>
  page.waitForSelector(`${id('voices')}[data-task=""][data-count="${count}"]`, { timeout: PATIENCE });
const decided = (page, kind, words) =>
  page.waitForFunction(
    ([of, said]) => {
      const shown = document.querySelector('[data-testid="voice-decision"]');
      return shown?.dataset.kind === of && shown.textContent.includes(said);
    },
    [kind, words],
    { timeout: PATIENCE },
  );
const trouble = (page, code) =>
  page.waitForSelector(`${id('voice-trouble')}[data-code="${code}"]`, { timeout: PATIENCE });

const WORDS = {
  en: {
    record: 'Record 3 s',
    stop: 'Stop',
    ask: 'Who speaks? Record 3 s',
    undo: 'Undo',
    is: (name) => `This is ${name}.`,
    unknown: 'beyond the limit',
  },
  ko: {
    record: '3초 녹음',
    stop: '멈추기',
    ask: '누구일까요? 3초 녹음',
    undo: '실행 취소',
    is: (name) => `${name}입니다.`,
    unknown: '임계값 밖입니다',
  },
};
for (const language of ['en', 'ko'])
  test(
    `two speakers are told apart, and a third is unknown, in ${language}`,
    { timeout: 2 * PATIENCE },
    async () => {
      const words = WORDS[language];
      const page = await visit(browser, site.address, {
        path: `use/?lang=${language}#voices`,
        ...MICROPHONE,
      });
      await page.waitForSelector(id('voices'));
      const requests = requestsOf(page);
      const press = (name) => page.getByRole('button', { name, exact: true }).click();
      // Ann speaks into the microphone; Ben comes as files.
      await page.fill(id('speaker'), '<b>Ann</b>');
      await press(words.record);
      await page.getByRole('button', { name: words.stop, exact: true }).waitFor({ timeout: PATIENCE });
      await idle(page, 1);
      // The engine comes with the first clip.
      assert.deepEqual(
        requests.splice(0).filter((address) => !isCode(address)),
        [],
        'nothing but code is asked for',
      );
      await page.setInputFiles(id('voice-files'), [clip('ann', 'second.wav', { first: 2 })]);
      await idle(page, 2);
      await page.fill(id('speaker'), 'Ben');
      const files = [clip('ben', 'one.wav'), clip('ben', 'two.wav', { first: 1, loudness: 0.1 })];
      await page.setInputFiles(id('voice-files'), files);
      await idle(page, 4);
      assert.equal(await page.locator(`${id('speakers')} b b`).count(), 0, 'a name is text');
      assert.ok(Number(await page.innerText(id('voice-limit'))) > 0, 'a limit follows from the pairs');

      await press(words.ask);
      await decided(page, 'known', words.is('<b>Ann</b>'));
      await page.setInputFiles(id('ask-file'), clip('ben', 'again.wav', { first: 3, loudness: 0.5 }));
      await decided(page, 'known', words.is('Ben'));
      await page.setInputFiles(id('ask-file'), clip('cleo', 'stranger.wav'));
      await decided(page, 'unknown', words.unknown);

      // Registered, the stranger is known; taken back, unknown again. Nothing is trained.
      await page.fill(id('speaker'), 'Cleo');
      await page.setInputFiles(id('voice-files'), [clip('cleo', 'three.wav', { first: 1 })]);
      await decided(page, 'known', words.is('Cleo'));
      await press(words.undo);
      await decided(page, 'unknown', words.unknown);
      await flawless(page, 'voices');
      assert.deepEqual(requests, [], 'no sound leaves the page');
      await leave(page);
    },
  );

test('a clip is heard: its sound leaves the page’s speaker, and ends', { timeout: PATIENCE }, async () => {
  const page = await visit(browser, site.address, { path: 'about:blank' });
  await page.addInitScript(() => {
    // An entry for each sound that is started: its audio context, the loudest sample that came out, and whether it has ended.
    globalThis.played = [];
    const { start } = AudioBufferSourceNode.prototype;
    AudioBufferSourceNode.prototype.start = function (...given) {
      const one = { node: this, loudest: 0, ended: false };
      globalThis.played.push(one);
      const ear = new AnalyserNode(this.context);
      this.connect(ear);
      const wave = new Float32Array(ear.fftSize);
      const listening = setInterval(() => {
        ear.getFloatTimeDomainData(wave);
        one.loudest = Math.max(one.loudest, ...wave);
      }, 20);
      this.addEventListener('ended', () => {
        clearInterval(listening);
        one.ended = true;
      });
      return start.apply(this, given);
    };
  });
  await page.goto(`${site.address}use/?lang=en#voices`);
  await page.fill(id('speaker'), 'Ann');
  await page.setInputFiles(id('voice-files'), [clip('ann', 'one.wav')]);
  await idle(page, 1);
  assert.equal(await page.evaluate(() => globalThis.played.length), 0, 'nothing plays by itself');
  await page.getByRole('button', { name: 'Hear clip 1 of Ann' }).click();
  await page.waitForFunction(() => globalThis.played[0]?.loudest > 0.01, undefined, { timeout: PATIENCE });
  assert.equal(await page.evaluate(() => globalThis.played[0].node.context.state), 'running');
  await page.waitForFunction(() => globalThis.played[0].ended, undefined, { timeout: PATIENCE });
  // Another clip ends the one that plays.
  const hear = page.getByRole('button', { name: 'Hear clip 1 of Ann' });
  await hear.click();
  await hear.click();
  await page.waitForFunction(() => globalThis.played.length === 3 && globalThis.played[1].ended, undefined, {
    timeout: PATIENCE,
  });
  await leave(page);
});

test(
  'what is no clip is refused with a reason, in Korean and on a phone',
  { timeout: 2 * PATIENCE },
  async () => {
    const page = await visit(browser, site.address, {
      path: 'use/?lang=ko#voices',
      viewport: { width: 390, height: 844 },
      permissions: [],
    });
    // Whoever has no microphone hears and sees what there is to do.
    await page.click(id('try-voices'));
    await idle(page, 4);
    await decided(page, 'known', '합성 A');
    await page.click(id('erase'));
    await idle(page, 0);
    await page.fill(id('speaker'), '나');
    await page.click(id('record'));
    await trouble(page, 'microphone.refused');
    assert.match(await page.innerText(id('voice-trouble')), /주소창/);
    const no = (name, buffer) => ({ name, mimeType: 'audio/wav', buffer });
    await page.setInputFiles(id('voice-files'), no('text.wav', Buffer.from('no sound')));
    await trouble(page, 'sound.unreadable');
    await page.setInputFiles(id('voice-files'), no('hours.ogg', Buffer.from(opus(3600))));
    await trouble(page, 'sound.long');
    assert.match(await page.innerText(id('voice-trouble')), /10분/);
    await page.setInputFiles(id('voice-files'), no('still.wav', wav(new Float32Array(16_000))));
    await trouble(page, 'sound.quiet');
    await page.setInputFiles(
      id('voice-files'),
      no('short.wav', wav(speech(SPEAKERS.ann, { seconds: 0.25 }))),
    );
    await trouble(page, 'sound.short');
    await page.setInputFiles(id('voice-files'), [clip('ann', 'good.wav')]);
    await idle(page, 1);
    assert.equal(await page.locator(id('voice-trouble')).count(), 0, 'a good clip clears it');
    await page.click(id('erase'));
    await idle(page, 0);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, 'fits a phone');
    assert.deepEqual(await violations(page), [], 'axe-core');
    await leave(page);
  },
);
