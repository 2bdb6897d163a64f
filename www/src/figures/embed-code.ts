import { page } from '../state/page.svelte';
import type { FigureName } from './registry';
import type { Told } from './settings';

/** What a frame must allow for a figure that listens or looks. */
const ALLOWED: Readonly<Partial<Record<FigureName, string>>> = { voices: 'microphone', gallery: 'camera' };

/** Markup that shows a figure in another page, in a state of its own. */
export function embedOf(figure: FigureName, told: Told): string {
  const address = new URL(page.at('embed/'), window.location.href);
  for (const [name, value] of Object.entries({ figure, ...told })) address.searchParams.set(name, value);
  // An address holds neither quotes nor angles, but an ampersand is written out in an attribute.
  const source = address.href.replaceAll('&', '&amp;');
  const allow = ALLOWED[figure] ? ` allow="${ALLOWED[figure]}"` : '';
  return `<iframe src="${source}" title="metriclab: ${figure}" width="800" height="640" loading="lazy"${allow}></iframe>`;
}
