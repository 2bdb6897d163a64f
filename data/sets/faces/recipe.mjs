// Drawn faces: people who do not exist. A person is a choice of head, hair, eyes, eyebrows and nose; ten drawings of each differ in
// what changes from picture to picture.
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createAvatar } from '@dicebear/core';
import * as lorelei from '@dicebear/lorelei';
import { Resvg } from '@resvg/resvg-js';
import { pack } from '../../mlds.mjs';

const SIDE = 40;
const PEOPLE = 160;
const DRAWINGS = 10;
/** Drawn at this many times the side, then averaged: thin lines stay. */
const FINER = 4;

export const title = { en: 'Drawn faces', ko: '그린 얼굴' };
export const note = {
  en: '160 people who do not exist, each drawn ten times: turned, mirrored, laughing, with glasses. Recognise someone who was never trained on.',
  ko: '실제로는 없는 사람 160명을 열 번씩 그렸습니다. 고개를 돌리거나, 웃거나, 안경을 쓰기도 합니다. 학습하지 않은 사람도 알아볼 수 있을까요?',
};

export const inputs = { '@dicebear/lorelei': '9e06080b37056e4c517d958179919f0ef1b257127c5ca81601a8d50e450256bc' };

export async function fetchInputs() {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@dicebear/lorelei')), 'components');
  const parts = (await readdir(folder)).filter((file) => file.endsWith('.js')).sort();
  const read = await Promise.all(parts.map((part) => readFile(join(folder, part))));
  return { '@dicebear/lorelei': Buffer.concat(read) };
}

export function build(_files, { name, notice, say }) {
  const random = new Random(11);
  const people = Array.from({ length: PEOPLE }, (_, at) => person(at, random));
  const pictures = people.flatMap((who) => Array.from({ length: DRAWINGS }, () => drawing(who, random)));
  say(`${PEOPLE} people, ${DRAWINGS} drawings each`);
  const count = pictures.length;
  const header = {
    name,
    title,
    count,
    channels: 1,
    height: SIDE,
    width: SIDE,
    classes: people.map((_, at) => `person ${at + 1}`),
    domains: [],
    licence: 'CC0-1.0',
    source: 'npm @dicebear/lorelei 9.4.3',
    notice,
  };
  const labels = Uint16Array.from({ length: count }, (_, at) => Math.floor(at / DRAWINGS));
  return pack(header, Buffer.concat(pictures), labels, new Uint8Array(0));
}

const variants = (part) => lorelei.schema.properties[part].items.enum;
const percent = (yes) => (yes ? 100 : 0);

/** What stays from picture to picture. Each hair is worn by three or four people, so it names nobody. */
function person(at, random) {
  const hair = variants('hair');
  return {
    hair: [hair[at % hair.length]],
    head: [random.of(variants('head'))],
    eyes: [random.of(variants('eyes'))],
    eyebrows: [random.of(variants('eyebrows'))],
    nose: [random.of(variants('nose'))],
    beard: [random.of(variants('beard'))],
    beardProbability: percent(random.below(8) === 0),
    frecklesProbability: percent(random.below(5) === 0),
  };
}

/** One picture: what changes is drawn anew. */
function drawing(who, random) {
  const avatar = createAvatar(lorelei, {
    ...who,
    seed: 'the options say everything',
    size: SIDE * FINER,
    backgroundColor: ['ffffff'],
    mouth: [random.of(variants('mouth'))],
    glasses: [random.of(variants('glasses'))],
    glassesProbability: percent(random.below(5) === 0),
    earringsProbability: 0,
    hairAccessoriesProbability: 0,
    flip: random.below(3) === 0,
    rotate: (random.below(31) + 345) % 360,
    scale: 100 + random.below(26),
    translateX: random.below(9) - 4,
    translateY: random.below(9) - 4,
  });
  const options = { background: 'white', font: { loadSystemFonts: false } };
  return shrunk(new Resvg(avatar.toString(), options).render());
}

/** Grey, each pixel the mean of what it covers. */
function shrunk({ pixels, width }) {
  const out = Buffer.alloc(SIDE * SIDE);
  for (let y = 0; y < SIDE; y += 1)
    for (let x = 0; x < SIDE; x += 1) {
      let sum = 0;
      for (let dy = 0; dy < FINER; dy += 1)
        for (let dx = 0; dx < FINER; dx += 1) sum += pixels[4 * ((y * FINER + dy) * width + x * FINER + dx)];
      out[y * SIDE + x] = Math.round(sum / FINER ** 2);
    }
  return out;
}

/** mulberry32, so that every machine draws the same faces. */
class Random {
  #state;

  constructor(seed) {
    this.#state = seed;
  }

  below(count) {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  }

  of(list) {
    return list[this.below(list.length)];
  }
}
