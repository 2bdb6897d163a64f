import type { Language } from '../../words';
import { syllableName } from '../newcomer/telling';

/** A name as a visitor reads it: a syllable with its sound in English, an emoji by its number where no font has it. */
export function displayName(name: string, language: Language, hasEmoji: boolean): string {
  if (/^[가-힣]$/.test(name)) return syllableName(name, language);
  if (!hasEmoji && isEmoji(name)) return codePoints(name);
  return name;
}

const isEmoji = (name: string): boolean =>
  /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(name);

/** Such as `U+1F600`; joiners and variation selectors are left out. */
function codePoints(text: string): string {
  const points = Array.from(text, (one) => one.codePointAt(0) ?? 0).filter(
    (point) => point !== 0x200d && point !== 0xfe0f,
  );
  return points.map((point) => `U+${point.toString(16).toUpperCase()}`).join(' ');
}

let drawn: boolean | null = null;

/** Whether this machine has a font of coloured emoji: one that is drawn in black has a colour of its own. */
export function drawsEmoji(): boolean {
  drawn ??= look();
  return drawn;
}

function look(): boolean {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [16, 16];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return true;
  context.font = '12px sans-serif';
  context.fillText('\u{1f600}', 0, 12);
  const { data } = context.getImageData(0, 0, 16, 16);
  for (let at = 0; at < data.length; at += 4)
    if (Math.abs((data[at] ?? 0) - (data[at + 2] ?? 0)) > 32) return true;
  return false;
}
