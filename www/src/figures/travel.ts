import { rounded } from './settings';

const MOVE_MS = 400;

/**
 * Moves numbers to a target within 400 ms, or at once where motion is unwelcome. `put` is told every state, the target last, as a link names it;
 * once `goesOn` says no, nothing more is put.
 */
export async function travel(
  from: readonly number[],
  target: readonly number[],
  still: boolean,
  put: (values: readonly number[]) => void,
  goesOn: () => boolean = () => true,
): Promise<void> {
  const begun = performance.now();
  for (let share = still ? 1 : 0; share < 1;) {
    const eased = share * share * (3 - 2 * share);
    put(from.map((value, k) => value + ((target[k] ?? value) - value) * eased));
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (!goesOn()) return;
    share = Math.min(1, (performance.now() - begun) / MOVE_MS);
  }
  put(target.map(rounded));
}
