import { colour } from '../dom/canvas';
import type { Rgb } from './palette';

function rgb(text: string): Rgb {
  const hex = /^#([0-9a-f]{6})$/i.exec(text)?.[1];
  const value = hex === undefined ? 0xffffff : parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The style sheet's colours that drawings need. */
export interface Theme {
  readonly ground: Rgb;
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly accent: string;
  readonly good: string;
  readonly bad: string;
  readonly font: string;
}

function read(): Theme {
  return {
    ground: rgb(colour('--surface')),
    text: colour('--text'),
    faint: colour('--faint'),
    line: colour('--line'),
    accent: colour('--accent'),
    good: colour('--good'),
    bad: colour('--bad'),
    font: `${getComputedStyle(document.documentElement).fontSize} ${getComputedStyle(document.body).fontFamily}`,
  };
}

/** Calls `changed` now and whenever the theme (dark, light, high contrast) changes. */
export function watchTheme(changed: (theme: Theme) => void): () => void {
  const tell = (): void => {
    changed(read());
  };
  const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map((query) =>
    window.matchMedia(query),
  );
  for (const query of queries) query.addEventListener('change', tell);
  const observer = new MutationObserver(tell);
  observer.observe(document.documentElement, { attributeFilter: ['class'] });
  tell();
  return () => {
    for (const query of queries) query.removeEventListener('change', tell);
    observer.disconnect();
  };
}
