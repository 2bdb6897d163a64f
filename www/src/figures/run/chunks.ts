import { untilSeen } from '../../dom/seen';

/** Makes so many steps, a chunk at a time, until it is stopped. While the tab is hidden it waits, so that it takes no power. */
export async function inChunks(
  steps: number,
  chunk: number,
  stop: AbortSignal,
  advance: (count: number) => Promise<void>,
): Promise<void> {
  for (let made = 0; made < steps && (await untilSeen(stop)); made += chunk)
    await advance(Math.min(chunk, steps - made));
}
