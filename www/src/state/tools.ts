import { createLab, type Lab } from 'metriclab';

let opened: Promise<Lab> | null = null;

/** A laboratory without data, for figures that need the core's formulas only. All figures of a page share it. */
export function tools(): Promise<Lab> {
  opened ??= createLab({ device: 'cpu' }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

/** Ends it; a figure that asks again gets another one. */
export function closeTools(): void {
  const closing = opened;
  opened = null;
  // A lab that could not be opened needs no end.
  void closing?.then(
    (lab) => {
      lab.dispose();
    },
    () => undefined,
  );
}

/**
 * Asks `task` again and again with the newest state: while one answer is on its way, only the last question waits. `told` hears
 * whether an answer is awaited.
 */
export function newest(
  task: () => Promise<void>,
  failed: (error: unknown) => void,
  told: (asking: boolean) => void,
): () => void {
  let [busy, again] = [false, false];
  const ask = (): void => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    told(true);
    task()
      .catch(failed)
      .finally(() => {
        busy = false;
        if (again) ask();
        else told(false);
      });
  };
  return ask;
}
