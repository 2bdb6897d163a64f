// Emoji by Noto, Twemoji and Fluent. Every emoji without a skin tone is a class, every style a domain.
import { availableParallelism } from 'node:os';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { drawAll, SIDE } from './crew.mjs';
import { pack } from '../../mlds.mjs';

const STYLES = [
  { domain: 'noto', set: 'noto' },
  { domain: 'twemoji', set: 'twemoji' },
  { domain: 'fluent', set: 'fluent-emoji-flat' },
];
const CHANNELS = 3;
const PRESENTATION = 'fe0f';
const SKIN_TONES = new Set(['1f3fb', '1f3fc', '1f3fd', '1f3fe', '1f3ff']);

export const title = { en: 'Emoji in three styles', ko: '세 그림체의 이모지' };
export const note = {
  en: '1,592 emoji, each drawn in three styles: find the same emoji in another style, even one never trained on.',
  ko: '이모지 1,592개를 세 그림체로 그렸습니다. 학습하지 않은 이모지라도 다른 그림체에서 같은 것을 찾습니다.',
};

export const inputs = {
  'noto/icons.json': '9eac6ef4e7ec122b6f0e7ac281d61008afdbc720d0ce861e398b939daaa347c6',
  'noto/chars.json': '91485653ca890bff640f2a6c2d7be62d625a90527b6b4d816b41593675bf5c8f',
  'twemoji/icons.json': '5d5d820790565b764f2728675d487c9ee4c1fc83916d8567d5aca8ba7527c242',
  'twemoji/chars.json': '8e6a83d5a3ac185b2446154b9c4ee07c983bd4a5b2a21aa4b9ff04af9831eefe',
  'fluent-emoji-flat/icons.json': 'f5f4cf457c0db2ad5a2e42e033e02e0c87d10e43d0164cfffb3bb84914970a63',
  'fluent-emoji-flat/chars.json': '7f084c5a95807edb4702a7c9f6f18e74d59026d1c34ceb8cae85df0b9a9f0a10',
};

export async function fetchInputs() {
  const require = createRequire(import.meta.url);
  const folder = (set) => dirname(require.resolve(`@iconify-json/${set}/package.json`));
  const entries = Object.keys(inputs).map(async (path) => {
    const [set, file] = path.split('/');
    return [path, await readFile(join(folder(set), file))];
  });
  return Object.fromEntries(await Promise.all(entries));
}

export async function build(files, { name, notice, say, cache }) {
  const styles = STYLES.map(({ set }) => ({
    icons: JSON.parse(files[`${set}/icons.json`]),
    names: namesByCodepoints(JSON.parse(files[`${set}/chars.json`])),
  }));
  const shared = sharedSequences(styles.map(({ names }) => names));
  const svgs = shared.flatMap((sequence) => styles.map(({ icons, names }) => svgOf(icons, names.get(sequence))));
  const pictures = await drawAll(svgs, { say, cache, crew: Math.min(4, availableParallelism()) });

  const perClass = shared.map((_, at) => pictures.slice(at * STYLES.length, (at + 1) * STYLES.length));
  const kept = shared.map((_, at) => at).filter((at) => perClass[at].every((picture) => picture !== null));
  const leftOut = shared.length - kept.length;
  say(`${kept.length} emoji in ${STYLES.length} styles; ${leftOut} left out because the renderer aborts on them`);

  const count = kept.length * STYLES.length;
  const header = {
    name,
    title,
    count,
    channels: CHANNELS,
    height: SIDE,
    width: SIDE,
    classes: kept.map((at) => characterOf(shared[at])),
    domains: STYLES.map(({ domain }) => domain),
    licence: 'Apache-2.0 AND CC-BY-4.0 AND MIT',
    source: 'npm @iconify-json/noto 1.2.9, @iconify-json/twemoji 1.2.5, @iconify-json/fluent-emoji-flat 1.2.6',
    notice,
  };
  const labels = Uint16Array.from({ length: count }, (_, at) => Math.floor(at / STYLES.length));
  const domains = Uint8Array.from({ length: count }, (_, at) => at % STYLES.length);
  return pack(header, Buffer.concat(kept.flatMap((at) => perClass[at])), labels, domains);
}

/** Code points without the presentation selector -> the icon's name. */
function namesByCodepoints(chars) {
  const bare = (sequence) => sequence.split('-').filter((point) => point !== PRESENTATION).join('-');
  return new Map(Object.entries(chars).map(([sequence, icon]) => [bare(sequence), icon]));
}

function sharedSequences([first, ...others]) {
  return [...first.keys()]
    .filter((sequence) => others.every((names) => names.has(sequence)))
    .filter((sequence) => !sequence.split('-').some((point) => SKIN_TONES.has(point)))
    .map((sequence) => ({ sequence, key: sequence.split('-').map((point) => point.padStart(6, '0')).join('-') }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ sequence }) => sequence);
}

/** The character itself, fully qualified: without the selector many of them would be shown as text. */
function characterOf(sequence) {
  const points = sequence.split('-').map((point) => String.fromCodePoint(parseInt(point, 16)));
  const textByDefault = (point) => /\p{Emoji}/u.test(point) && !/\p{Emoji_Presentation}/u.test(point);
  return points.map((point) => (textByDefault(point) ? `${point}\u{fe0f}` : point)).join('');
}

function svgOf(set, wanted) {
  let icon = set.icons[wanted];
  for (let name = wanted; !icon; icon = set.icons[name]) {
    const alias = set.aliases?.[name];
    if (!alias || alias.rotate || alias.hFlip || alias.vFlip) throw new Error(`${set.prefix}: no plain icon "${wanted}"`);
    name = alias.parent;
  }
  const of = (field, fallback) => icon[field] ?? set[field] ?? fallback;
  const [left, top, width, height] = [of('left', 0), of('top', 0), of('width', 16), of('height', 16)];
  const box = `viewBox="${left} ${top} ${width} ${height}" width="${SIDE}" height="${SIDE}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${box}>${icon.body}</svg>`;
}
