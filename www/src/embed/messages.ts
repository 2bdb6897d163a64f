/**
 * What a page and a frame of it say to each other, by `postMessage`.
 *
 * To the frame: `{ type: 'metriclab', key: 'run' }` presses the figure's main button, `reset` its button to start again;
 * `release` lets go of the engine, `wake` shows the figure again. From the frame: `{ type: 'metriclab', event: 'ready' }` once
 * it listens, and `{ type: 'metriclab', event: 'key', key: 'ArrowRight' }` for a key that moves slides and that the figure did
 * not use.
 */
export const COMMANDS = ['run', 'reset', 'release', 'wake'] as const;
export type Command = (typeof COMMANDS)[number];

/** Keys that move a deck of slides. */
export const DECK_KEYS = ['ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Escape'] as const;
export type DeckKey = (typeof DECK_KEYS)[number];

export type FromFrame =
  | { readonly type: 'metriclab'; readonly event: 'ready' }
  | { readonly type: 'metriclab'; readonly event: 'key'; readonly key: DeckKey };

/** The command in a message, if it is one: an object of exactly these two fields. */
export function commandIn(data: unknown): Command | undefined {
  if (typeof data !== 'object' || data === null || Object.keys(data).length !== 2) return undefined;
  const { type, key } = data as { readonly type?: unknown; readonly key?: unknown };
  return type === 'metriclab' ? COMMANDS.find((one) => one === key) : undefined;
}

/**
 * The origin that a frame listens and speaks to: the one that its link names (`parent=https://slides.example`), or else the one
 * that the browser names as the referrer. Without either the frame does neither.
 */
export function parentOrigin(named: string | null, referrer: string): string | undefined {
  for (const text of [named, referrer]) {
    if (!text || !URL.canParse(text)) continue;
    const { origin } = new URL(text);
    if (origin !== 'null') return origin;
  }
  return undefined;
}
