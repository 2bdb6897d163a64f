import { Newcomer } from '../figures/newcomer/newcomer.svelte';
import { RecordedStart, type RecordedFile } from '../figures/newcomer/start';
import { page } from '../state/page.svelte';

/** The experiment of the first screen and of the lesson: one run in a tab, which begins with a recording. */
export function lessonRun(): Newcomer {
  return new Newcomer(page.dataset('hangul'), {
    recorded: async () => {
      const { default: file } = await import('../figures/newcomer/start.json');
      return new RecordedStart(file as unknown as RecordedFile);
    },
    keeps: true,
  });
}
