// Speech: clips of 37 speakers in 22 languages, as frames of a log-mel spectrogram; from the sounds of ten Debian packages.
// The packages of telephone prompts name who speaks; in the other two, one speaker a language is assumed. This set stays on the machine that
// packed it: in part it is under the GPL, and it is in neither the page nor the package.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackDebian } from '../../debian.mjs';
import { expect, pack } from '../../mlds.mjs';
import { madeBy } from '../../python.mjs';

const MELS = 24;
/** Clips of a speaker; a speaker with fewer than `LEAST` is left out. */
const [LEAST, MOST] = [30, 45];
const ASTERISK = 'usr/share/asterisk/sounds';
/** The speakers of telephone prompts: folders of packages. Allison speaks English and Spanish. */
const PROMPTS = {
  Allison: {
    'asterisk-core-sounds-en-wav': 'en_US_f_Allison',
    'asterisk-core-sounds-es-wav': 'es_MX_f_Allison',
  },
  June: { 'asterisk-core-sounds-fr-wav': 'fr_CA_f_June' },
  Carlo: { 'asterisk-core-sounds-it-wav': 'it_IT_m_Carlo' },
  'IVR Voice': { 'asterisk-core-sounds-ru-wav': 'ru_RU_f_IvrvoiceRU' },
  'Paola Dal Zot': { 'asterisk-prompt-it-menardi-wav': 'it_IT_f_Menardi' },
  Armelle: { 'asterisk-prompt-fr-armelle': 'fr' },
  Avatar: { 'asterisk-prompt-es-co': 'es' },
};
/** Programs for children, which say letters and names of things: a folder a language. */
const GAMES = { klettres: 'usr/share/klettres', ktuberling: 'usr/share/ktuberling/sounds' };

export const title = { en: 'Speech (37 speakers)', ko: '말소리 (화자 37명)' };
export const note = { en: 'Clips of 37 speakers.', ko: '화자 37명의 짧은 말소리.' };

/** The packages have their own checksums, which `apt-get` compares. */
export const inputs = {};

/** Every sound in a folder and below, in order. Silence is no voice. */
async function sounds(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(wav|ogg|gsm)$/.test(entry.name));
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return paths.filter((path) => !path.includes('/silence/')).sort();
}

/** `most` of a list, equally far apart. */
function spread(list, most) {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, at) => list[Math.floor((at * list.length) / most)]);
}

/** The speakers of telephone prompts, all or those that are named. */
export async function prompted(cache, named = Object.keys(PROMPTS)) {
  const found = [];
  for (const name of named) {
    const packages = PROMPTS[name];
    const places = Object.entries(packages);
    const clips = [];
    for (const [debian, folder] of places) {
      const all = await sounds(join(await unpackDebian(cache, debian), ASTERISK, folder));
      clips.push(...spread(all, Math.floor(MOST / places.length)));
    }
    found.push({ name, clips });
  }
  return found;
}

async function playing(cache) {
  const found = [];
  for (const [source, place] of Object.entries(GAMES)) {
    const folder = join(await unpackDebian(cache, `${source}-data`), place);
    for (const language of (await readdir(folder)).sort()) {
      // Some entries are files, and some languages are links to others.
      const clips = await sounds(join(folder, language)).catch(() => []);
      if (clips.length >= LEAST) found.push({ name: `${source} ${language}`, clips: spread(clips, MOST) });
    }
  }
  return found;
}

/** The frames of sounds, by features.py. */
async function framesOf(files) {
  const script = fileURLToPath(new URL('features.py', import.meta.url));
  const sounds = files.map((file) => ({ file, raw: file.endsWith('.gsm') }));
  const bytes = await madeBy(script, ['numpy', 'soundfile'], sounds);
  const all = [];
  for (let at = 0; at < bytes.length;) {
    const numbers = bytes.readUInt32LE(at) * MELS;
    at += 4;
    all.push(Float32Array.from({ length: numbers }, (_, i) => bytes.readFloatLE(at + 4 * i)));
    at += 4 * numbers;
  }
  expect(all.length === files.length, `features.py read ${all.length} of ${files.length} sounds`);
  return all;
}

export async function fetchInputs(cache) {
  return { speakers: [...(await prompted(cache)), ...(await playing(cache))] };
}

export async function build({ speakers: all }, { name, notice, say }) {
  const clips = all.flatMap(({ clips: files }, label) => files.map((file) => ({ file, label })));
  const frames = await framesOf(clips.map(({ file }) => file));
  const width = Math.max(...frames.map((numbers) => numbers.length / MELS));
  const numbers = new Float32Array(clips.length * (MELS + 1) * width);
  frames.forEach((clip, sample) => {
    const count = clip.length / MELS;
    for (let t = 0; t < count; t++)
      for (let m = 0; m <= MELS; m++)
        numbers[(sample * (MELS + 1) + m) * width + t] = m < MELS ? clip[t * MELS + m] : 1;
  });
  say(`${all.length} speakers, ${clips.length} clips of up to ${width} frames`);
  const header = {
    name,
    title,
    count: clips.length,
    channels: MELS + 1,
    height: 1,
    width,
    classes: all.map(({ name: who }) => who),
    domains: [],
    licence: 'CC-BY-SA-3.0, CC-BY-3.0, GPL-2+ and a BSD-like one',
    source: 'the Debian packages asterisk-core-sounds-*-wav, asterisk-prompt-*, klettres-data, ktuberling-data',
    notice,
    kind: 'sequences',
    type: 'f32',
    background: null,
  };
  const labels = Uint16Array.from(clips, ({ label }) => label);

  return pack(header, new Uint8Array(numbers.buffer), labels, new Uint8Array());
}
