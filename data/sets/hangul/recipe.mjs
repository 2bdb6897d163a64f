// Hangul syllables in ten typefaces. Every syllable is a class, every typeface a domain.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import * as fontkit from 'fontkit';
import { expect, pack } from '../../mlds.mjs';

const SIDE = 32;
/** The longer side of a syllable; the rest is margin. */
const INK = 26;
const SYLLABLES = 400;
const FACES = {
  'black-han-sans': '@fontsource/black-han-sans/files/black-han-sans-korean-400-normal.woff2',
  gaegu: '@fontsource/gaegu/files/gaegu-korean-400-normal.woff2',
  'gowun-batang': '@fontsource/gowun-batang/files/gowun-batang-korean-400-normal.woff2',
  gugi: '@fontsource/gugi/files/gugi-korean-400-normal.woff2',
  jua: '@expo-google-fonts/jua/400Regular/Jua_400Regular.ttf',
  'nanum-brush-script': '@fontsource/nanum-brush-script/files/nanum-brush-script-korean-400-normal.woff2',
  'nanum-gothic': '@fontsource/nanum-gothic/files/nanum-gothic-korean-400-normal.woff2',
  'nanum-myeongjo': '@fontsource/nanum-myeongjo/files/nanum-myeongjo-korean-400-normal.woff2',
  'nanum-pen-script': '@expo-google-fonts/nanum-pen-script/400Regular/NanumPenScript_400Regular.ttf',
  'poor-story': '@fontsource/poor-story/files/poor-story-korean-400-normal.woff2',
};

export const title = { en: 'Hangul in ten typefaces', ko: '열 가지 글꼴의 한글' };
export const note = {
  en: '400 Korean syllables, each drawn in ten typefaces: recognise a syllable that was never trained on.',
  ko: '한글 음절 400개를 열 가지 글꼴로 그렸습니다. 학습하지 않은 음절도 다른 글꼴에서 알아볼 수 있을까요?',
};

export const inputs = {
  'black-han-sans': 'e02f4e41a5852756cff190d9280944f9a86ef3b2841c0400f2245781588ea8cf',
  gaegu: 'a29e208285a173daa0c2b85e01eced0ec2342bd911dfda83c9f6428954468b84',
  'gowun-batang': '0c6a288aa0c12081dccde769c312f71f290b353243747dd24fb8c57f94f01d72',
  gugi: '5373cf70f8b5b77fcb3eca6c463fa3ef4e35344642aac0a86cb6fc5f1f65cb12',
  jua: 'a1ad0976608d0dd6d298cb01de8431f20e9416b330dd8f58cb0e5f88cee39985',
  'nanum-brush-script': 'cc83880831bf3fc2a677e9338ddb06067ab5fa1591f629d8bd06311bc2e41f17',
  'nanum-gothic': '4a000e3bca1298c43c70dc97447e537a27e0a8c1585f410be57dfeff06d3f713',
  'nanum-myeongjo': '561e9193a6e848b3f7ce9f8f5907310a13e175bc9d69e77da2842a7517a97c16',
  'nanum-pen-script': 'a0bc8ec50075e11496defe34eb9036d56907d44f880b80b2032ac0dbff140e88',
  'poor-story': 'd3bf7295e2662bae028991edff5f47f5b14b741e84d9f08d96fdfda9a5b295f3',
};

export async function fetchInputs() {
  const require = createRequire(import.meta.url);
  const entries = Object.entries(FACES).map(async ([face, path]) => {
    const [scope, name, ...rest] = path.split('/');
    const folder = dirname(require.resolve(`${scope}/${name}/package.json`));
    return [face, await readFile(join(folder, ...rest))];
  });
  return Object.fromEntries(await Promise.all(entries));
}

export function build(files, { name, notice, say }) {
  const faces = Object.keys(FACES).map((face) => fontkit.create(files[face]));
  const syllables = drawn(faces);
  const pictures = syllables.flatMap((syllable) => faces.map((face) => picture(face, syllable)));
  say(`${syllables.length} syllables in ${faces.length} typefaces`);
  const count = pictures.length;
  const header = {
    name,
    title,
    count,
    channels: 1,
    height: SIDE,
    width: SIDE,
    classes: syllables,
    domains: Object.keys(FACES),
    licence: 'OFL-1.1',
    source: 'npm @fontsource/* 5.3.0, @expo-google-fonts/jua 0.4.1, @expo-google-fonts/nanum-pen-script 0.4.0',
    notice,
  };
  const labels = Uint16Array.from({ length: count }, (_, at) => Math.floor(at / faces.length));
  const domains = Uint8Array.from({ length: count }, (_, at) => at % faces.length);
  return pack(header, Buffer.concat(pictures), labels, domains);
}

/** Some syllables of KS X 1001 that every face has: those with the smallest hash, in the order of the alphabet. */
function drawn(faces) {
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  const covered = standard().filter((syllable) => faces.every((face) => outline(face, syllable)));
  expect(covered.length >= SYLLABLES, `only ${covered.length} syllables are in every typeface`);
  return covered
    .map((syllable) => ({ syllable, key: hash(syllable) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, SYLLABLES)
    .map(({ syllable }) => syllable)
    .sort();
}

/** The 2,350 syllables of KS X 1001: rows B0 to C8 of EUC-KR. */
function standard() {
  const decoder = new TextDecoder('euc-kr', { fatal: true });
  const rows = Array.from({ length: 0xc8 - 0xb0 + 1 }, (_, at) => 0xb0 + at);
  const columns = Array.from({ length: 0xfe - 0xa1 + 1 }, (_, at) => 0xa1 + at);
  return rows.flatMap((row) => columns.map((column) => decoder.decode(Uint8Array.of(row, column))));
}

/** Path and box of a syllable, or null where the face lacks it. */
function outline(face, syllable) {
  const code = syllable.codePointAt(0);
  if (!face.hasGlyphForCodePoint(code)) return null;
  const { path } = face.glyphForCodePoint(code);
  const { minX, minY, width, height } = path.bbox;
  return width > 0 && height > 0 ? { path, minX, minY, width, height } : null;
}

/** White ink on black, the box of the ink in the middle. */
function picture(face, syllable) {
  const { path, minX, minY, width, height } = outline(face, syllable);
  const side = (Math.max(width, height) * SIDE) / INK;
  const [left, bottom] = [minX - (side - width) / 2, minY - (side - height) / 2];
  // Glyphs have y upwards.
  const turned = `<g transform="translate(${-left} ${bottom + side}) scale(1 -1)"><path fill="white" d="${path.toSVG()}"/></g>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${SIDE}" height="${SIDE}">${turned}</svg>`;
  const { pixels } = new Resvg(svg, { background: 'black', font: { loadSystemFonts: false } }).render();
  return Buffer.from(pixels.filter((_, at) => at % 4 === 0));
}
