import type { Counts } from './recognition';

/** Where the browser keeps the run of a tab; the token says which tab's it is. */
const CACHE = 'metriclab-run';
const TOKEN = 'metriclab.run';

/** Both laboratories at a stop, as `Lab.save` writes them. */
export interface SavedRun {
  readonly step: number;
  readonly raw: Counts;
  readonly names: Uint8Array<ArrayBuffer>;
  readonly compare: Uint8Array<ArrayBuffer>;
}

function address(token: string, part: string): string {
  return new URL(`/${CACHE}/${token}/${part}`, window.location.href).href;
}

/** Keeps a run for as long as the tab is open. A browser without room for it keeps nothing. */
export async function keepRun({ step, raw, names, compare }: SavedRun): Promise<void> {
  try {
    await caches.delete(CACHE);
    const cache = await caches.open(CACHE);
    const token = crypto.randomUUID();
    await cache.put(address(token, 'names'), new Response(names));
    await cache.put(address(token, 'compare'), new Response(compare));
    await cache.put(address(token, 'run'), Response.json({ step, raw }));
    window.sessionStorage.setItem(TOKEN, token);
  } catch {
    dropRun();
  }
}

/** The run that this tab kept, on whichever page. */
export async function keptRun(): Promise<SavedRun | null> {
  try {
    const token = window.sessionStorage.getItem(TOKEN);
    if (token === null) return null;
    const cache = await caches.open(CACHE);
    const [run, names, compare] = await Promise.all(
      ['run', 'names', 'compare'].map((part) => cache.match(address(token, part))),
    );
    if (!run || !names || !compare) return null;
    const { step, raw } = (await run.json()) as Pick<SavedRun, 'step' | 'raw'>;
    const [a, b] = await Promise.all([names.arrayBuffer(), compare.arrayBuffer()]);
    return { step, raw, names: new Uint8Array(a), compare: new Uint8Array(b) };
  } catch {
    return null;
  }
}

export function dropRun(): void {
  try {
    window.sessionStorage.removeItem(TOKEN);
  } catch {
    // Nothing was kept.
  }
}
