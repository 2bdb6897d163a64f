import { pictures } from '../pictures';
import { LABELS, METHODS, runStudy, type Labels, type Method } from './study';

export type Phase = 'ready' | 'running' | 'done' | 'failed';
/** For each test picture, whether it was named rightly. */
export type Rights = Readonly<Partial<Record<Method, readonly boolean[]>>>;

/** The experiment of the chapter, which the visitor starts. */
export class Help {
  labels = $state<Labels>(LABELS[0]);
  seed = $state(1);
  phase = $state<Phase>('ready');
  done = $state(0);
  of = $state(1);
  rights = $state.raw<Rights>({});
  failure = $state.raw<unknown>(null);
  /** The labels and the seed of the shown results. */
  shown = $state.raw<{ readonly labels: Labels; readonly seed: number } | null>(null);
  #url: string;
  #abort: AbortController | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  async run(): Promise<void> {
    if (this.phase === 'running') return;
    const abort = new AbortController();
    this.#abort = abort;
    const { labels, seed } = this;
    [this.phase, this.done, this.rights, this.shown] = ['running', 0, {}, { labels, seed }];
    try {
      const data = await pictures(this.#url);
      if (abort.signal.aborted) return;
      await runStudy({
        data,
        labels,
        seed,
        signal: abort.signal,
        onProgress: (done, of) => ([this.done, this.of] = [done, of]),
        onResult: (method, right) => (this.rights = { ...this.rights, [method]: right }),
      });
      this.phase = 'done';
    } catch (error) {
      if (abort.signal.aborted) return;
      [this.failure, this.phase] = [error, 'failed'];
    }
  }

  cancel(): void {
    this.#abort?.abort();
    if (this.phase === 'running') this.phase = METHODS.some((one) => this.rights[one]) ? 'done' : 'ready';
  }
}
