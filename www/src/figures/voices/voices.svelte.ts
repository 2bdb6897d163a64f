import type { Gallery, GalleryAnswer, GalleryState, ThresholdReport } from 'metriclab';
import type { LogMel } from 'metriclab/data';
import { tools } from '../../state/tools';
import { decoded, play, record, silence } from './sound';
import { DIM, halfway, voiceprint, VoiceError } from './voiceprint';

/** Nearest clips that are shown. */
export const NEAREST = 3;

/** A sound and what was made of it. */
export interface Clip {
  readonly samples: Float32Array<ArrayBuffer>;
  readonly rate: number;
  readonly mel: LogMel;
  readonly print: Float32Array;
}

export interface Spoken extends Clip {
  readonly id: string;
  readonly name: string;
}

export type Task = 'add' | 'ask';

/** Voices that come and go: clips with names, a clip that asks, and the limit of "unknown". All of it lives in the page. */
export class Voices {
  clips = $state.raw<readonly Spoken[]>([]);
  state = $state.raw<GalleryState | null>(null);
  /** The recording or reading at hand, and the share of the recording that is done. */
  task = $state<Task | null>(null);
  recording = $state(false);
  done = $state(0);
  query = $state.raw<Clip | null>(null);
  answer = $state.raw<GalleryAnswer | null>(null);
  report = $state.raw<ThresholdReport | null>(null);
  /** The error of the last call, where it was refused. */
  trouble = $state.raw<unknown>(null);
  /** Whether the visitor has set the limit. */
  ownLimit = $state(false);
  #gallery: Promise<Gallery> | null = null;
  /** The sound of every clip that was added, by its id: one that is deleted may come back. */
  readonly #sounds = new Map<string, Clip>();
  #stop = new AbortController();

  get threshold(): number | null {
    return this.state?.threshold ?? null;
  }

  /** Ends a recording now; what was heard counts. */
  stop(): void {
    this.#stop.abort();
  }

  close(): void {
    this.stop();
    silence();
    void this.#gallery?.then((gallery) => gallery.close()).catch(() => undefined);
    this.#gallery = null;
  }

  /** Records a clip and adds it under a name. */
  recordFor(name: string): Promise<void> {
    return this.#do('add', async () => {
      await this.#add(name, [await this.#recorded()]);
    });
  }

  /** Adds clips from files under a name. */
  readFor(name: string, files: readonly Blob[]): Promise<void> {
    return this.#do('add', async () => {
      const clips: Clip[] = [];
      for (const file of files) clips.push(await clipOf(file));
      await this.#add(name, clips);
    });
  }

  /** Records a clip and asks who speaks. */
  recordAndAsk(): Promise<void> {
    return this.#do('ask', async () => {
      this.query = await this.#recorded();
      await this.#ask();
    });
  }

  readAndAsk(file: Blob): Promise<void> {
    return this.#do('ask', async () => {
      this.query = await clipOf(file);
      await this.#ask();
    });
  }

  /** Adds synthetic voices, two clips each, and asks with another clip of the first. */
  tryOut(names: readonly string[]): Promise<void> {
    return this.#do('add', async () => {
      // One after the other: a bundler keeps all of a module that is awaited among others.
      const { SOUND_RATE } = await import('metriclab/data');
      const { THROATS, vowels } = await import('./synthetic');
      const spoken = (first: number): Promise<Clip[]> =>
        Promise.all(THROATS.map((throat) => madeOf(vowels(throat, first, SOUND_RATE))));
      const [one, two, asks] = await Promise.all([spoken(0), spoken(1), spoken(2)]);
      for (const [at, name] of names.entries())
        await this.#add(
          name,
          [one[at], two[at]].filter((clip) => clip !== undefined),
        );
      this.query = asks[0] ?? null;
      await this.#ask();
    });
  }

  remove(id: string): Promise<void> {
    return this.#change((gallery) => gallery.remove(id));
  }

  undo(): Promise<void> {
    return this.#change((gallery) => gallery.undo());
  }

  /** Deletes all clips, and what could be undone. */
  erase(): Promise<void> {
    return this.#change(async (gallery) => {
      await gallery.remove(this.clips.map(({ id }) => id));
      await gallery.compact();
      await gallery.setThreshold(null);
      this.#sounds.clear();
      [this.query, this.answer, this.ownLimit] = [null, null, false];
    });
  }

  setLimit(limit: number): Promise<void> {
    this.ownLimit = true;
    return this.#change((gallery) => gallery.setThreshold(limit));
  }

  /** The limit that follows from the visitor's own pairs. */
  followPairs(): Promise<void> {
    this.ownLimit = false;
    return this.#change(() => Promise.resolve());
  }

  async hear(clip: Clip): Promise<void> {
    await play(clip.samples, clip.rate);
  }

  async #recorded(): Promise<Clip> {
    silence();
    this.#stop = new AbortController();
    try {
      const sound = record(this.#stop.signal, (share) => {
        [this.recording, this.done] = [true, share];
      });
      return await clipOf(await sound);
    } finally {
      [this.recording, this.done] = [false, 0];
    }
  }

  async #add(name: string, clips: readonly Clip[]): Promise<void> {
    const gallery = await this.#opened();
    const ids = await gallery.add(clips.map(({ print }) => ({ name, vector: print })));
    ids.forEach((id, at) => {
      const clip = clips[at];
      if (clip) this.#sounds.set(id, clip);
    });
    await this.#refresh(gallery);
  }

  async #ask(): Promise<void> {
    const { query } = this;
    if (!query) return;
    const gallery = await this.#opened();
    const [answer] = await gallery.query([query.print], { k: NEAREST });
    this.answer = answer ?? null;
    this.state = gallery.state;
  }

  async #refresh(gallery: Gallery): Promise<void> {
    this.clips = (await gallery.entries()).flatMap(({ id, name }) => {
      const sound = this.#sounds.get(id);
      return sound ? [{ ...sound, id, name }] : [];
    });
    // Two people are needed, and two clips of one of them.
    const counts = Object.values(gallery.state.classes);
    const enough = counts.length > 1 && counts.some((count) => count > 1);
    this.report = enough ? await gallery.thresholdReport({ draws: 0 }) : null;
    const limit = this.report && (halfway(this.report.curve) ?? this.report.chosen.threshold);
    if (!this.ownLimit && limit !== gallery.state.threshold) await gallery.setThreshold(limit);
    this.state = gallery.state;
    await this.#ask();
  }

  #change(work: (gallery: Gallery) => Promise<unknown>): Promise<void> {
    return this.#try(async () => {
      const gallery = await this.#opened();
      await work(gallery);
      await this.#refresh(gallery);
    });
  }

  async #do(task: Task, work: () => Promise<void>): Promise<void> {
    if (this.task) return;
    this.task = task;
    await this.#try(work);
    this.task = null;
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.trouble = null;
    } catch (error) {
      this.trouble = error;
    }
  }

  #opened(): Promise<Gallery> {
    this.#gallery ??= tools().then((lab) => lab.gallery({ dim: DIM, distance: 'cosine' }));
    return this.#gallery;
  }
}

/** @throws VoiceError */
async function clipOf(file: Blob): Promise<Clip> {
  const { SOUND_RATE } = await import('metriclab/data');
  return madeOf(await decoded(file, SOUND_RATE));
}

/** @throws VoiceError */
async function madeOf(samples: Float32Array<ArrayBuffer>): Promise<Clip> {
  const { logMel, SOUND_RATE } = await import('metriclab/data');
  if (samples.length === 0) throw new VoiceError('sound.short');
  const mel = logMel(samples);
  return { samples, rate: SOUND_RATE, mel, print: voiceprint(samples, mel) };
}
