import type { Rgb } from './palette';

/** The colour of a custom property, as numbers: the browser works out `light-dark`. */
function rgb(name: `--${string}`): Rgb {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const [r = 255, g = 255, b = 255] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
  probe.remove();
  return [r, g, b];
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
  const text = (name: `--${string}`): string => `rgb(${rgb(name).join(' ')})`;
  return {
    ground: rgb('--paper'),
    text: text('--ink'),
    faint: text('--raw'),
    line: text('--rule'),
    accent: text('--positive'),
    good: text('--compare'),
    bad: text('--negative'),
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
  observer.observe(document.documentElement, { attributeFilter: ['class', 'data-theme'] });
  tell();
  return () => {
    for (const query of queries) query.removeEventListener('change', tell);
    observer.disconnect();
  };
}
