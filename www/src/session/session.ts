import {
  MetricLabError,
  type BatchView,
  type DeviceRequest,
  type Evaluation,
  type FaultEvent,
  type Lab,
  type Neighbours,
  type Options,
  type PackedDataset,
  type Picture,
  type SessionConfig,
  type SessionInfo,
  type TripletGeometry,
  type TripletGeometryRequest,
  type TripletZones,
  type TripletZonesRequest,
  type Measures,
  type Axioms,
} from 'metriclab';
import { untilSeen } from '../dom/seen';
import { pixelsOf } from '../state/pixels';
import { property, type Chosen } from '../store/link';
import { recommended, sessionConfig } from '../store/session-config';
import { STARTS_ANEW, TRAINING_NAMES, type DatasetName, type Settings } from '../store/settings';
import { Signal } from '../store/signal';
import { Store } from '../store/store';
import { Activities } from './activities';
import { DataShelf } from './data';
import { EMPTY, Recorder, type History } from './history';
import { isFault, Labs } from './labs';
import type { NoticeAction, Notices } from './notices';
import { Pace } from './pace';
import { Timeline, type Checkpoint } from './timeline';
import { Turn, turnOnto } from './turn';

const hasDiverged = (thrown: unknown): boolean =>
  thrown instanceof MetricLabError && thrown.code === 'training.diverged';

/** Weights that are no numbers are not worth keeping. */
function unlessDiverged(thrown: unknown): null {
  if (!hasDiverged(thrown)) throw thrown;
  return null;
}

/** At rest, the whole set is embedded by so many samples at a time, so that whatever is asked meanwhile need not wait. */
const REFRESH_POINTS = 2000;
export const SCORE_K = 5;
const SETTLE_MS = 350;
/** A replay that takes longer goes on only if the visitor says so. */
const LONG_SECONDS = 60;

export type Phase = 'starting' | 'fetching' | 'preparing' | 'ready' | 'failed';

export interface Progress {
  readonly step: number;
  /** Steps a second; 0 at rest. */
  readonly rate: number;
  readonly loss: number;
  readonly active: number;
}

/** The embeddings of the whole set, and the picture of these very embeddings. */
export interface Embeddings {
  readonly rows: Float32Array;
  readonly picture: Picture;
  readonly info: SessionInfo;
}

/** The run of a link, on its way to the step at which the link was made. */
export interface Replay {
  readonly until: number;
  /** How the map lies there. */
  readonly turn: number;
  /** How long the rest takes, where the replay waits for the visitor's word; else null. */
  readonly seconds: number | null;
}

/** A run that was put aside and can be brought back. */
export interface KeptRun {
  readonly data: DatasetName;
  readonly chosen: Chosen;
  readonly state: Uint8Array;
  readonly step: number;
  readonly history: History;
  readonly evaluation: Evaluation | null;
  readonly straight: boolean;
}

const AT_START: Progress = { step: 0, rate: 0, loss: NaN, active: NaN };

/** Drives the laboratories: data, session, training, pictures and scores. Views read its signals. */
export class Session {
  readonly phase = new Signal<Phase>('starting');
  /** The person's wish; the loop follows. */
  readonly training = new Signal(false);
  readonly data = new Signal<PackedDataset | null>(null);
  readonly options = new Signal<Options | null>(null);
  readonly info = new Signal<SessionInfo | null>(null);
  readonly picture = new Signal<Picture | null>(null);
  readonly progress = new Signal<Progress>(AT_START);
  readonly history = new Signal<History>(EMPTY);
  readonly evaluation = new Signal<Evaluation | null>(null);
  readonly baseline = new Signal<Evaluation | null>(null);
  readonly kept = new Signal<KeptRun | null>(null);
  readonly replaying = new Signal<Replay | null>(null);
  readonly timeline = new Timeline();
  /** Whether the run had one configuration since step 0: only such a run can be repeated from its settings. */
  readonly straight = new Signal(true);
  readonly shelf = new DataShelf();
  readonly labs: Labs;

  readonly #store: Store;
  readonly #notices: Notices;
  readonly #activities: Activities;
  readonly #recorder = new Recorder();
  readonly #pace = new Pace();
  readonly #turn = new Turn();
  #trainer: Lab | null = null;
  #dataName: DatasetName;
  #recommendation: SessionConfig | null = null;
  /** The settings of the session that runs, to go back to when new ones are refused. */
  #running: Chosen = {};
  #baselineOf = '';
  #changeTimer = 0;
  /** The notice that training diverged; null while the present weights are good. */
  #diverged: number | null = null;
  #reverting = false;
  /** The notice of the run that was put aside. */
  #putAside = 0;

  constructor(store: Store, notices: Notices) {
    this.#store = store;
    this.#notices = notices;
    this.labs = new Labs(notices);
    this.#dataName = store.value.data;
    this.#activities = new Activities((error) => {
      this.#failed(error);
    });
    // Only the last run can be brought back.
    this.kept.onChange(() => {
      this.#notices.dismiss(this.#putAside);
    });
    store.onChange(['loss'], () => {
      this.#recommend();
    });
    store.onChange(TRAINING_NAMES, () => {
      this.#settingsChanged();
    });
    store.onChange(['device'], ({ device }) => {
      void this.#switchDevice(device);
    });
  }

  /** Opens the laboratory and shows the first picture. Called again to try once more. */
  open(): void {
    void this.#activities.start(async () => {
      this.phase.set('starting');
      const name = this.#store.value.data;
      const bytes = this.shelf.get(name);
      // Both at once; a failure of the data is told below.
      bytes.catch(() => undefined);
      this.#trainer = await this.labs.trainer(this.#store.value.device, (fault) => {
        this.#onFault(fault);
      });
      await this.#loadData(name);
      await this.#beginOrDefaults();
      const { step, turn } = this.#store.value;
      if (step > 0) this.replay({ until: step, turn, seconds: null });
    });
    this.#continue();
  }

  /** How the map lies: the turn that takes it there from its principal axes, once the run is at rest. */
  get turn(): number {
    return this.#turn.code;
  }

  train(): void {
    this.timeline.show(null);
    this.training.set(true);
    this.#continue();
  }

  pause(): void {
    this.training.set(false);
    this.#continue();
  }

  step(): void {
    this.timeline.show(null);
    this.training.set(false);
    void this.#activities.start(async () => {
      const report = await this.#lab().advance(1);
      this.#recorder.addSteps(report);
      this.#publishProgress(0);
      await this.#checkpoint(false);
    });
    this.#continue();
  }

  /** Trains to a step of this session, or until one trains, pauses or resets by hand. */
  replay(replay: Replay): void {
    const { until, turn } = replay;
    this.replaying.set({ ...replay, seconds: null });
    void this.#activities.start(async (live) => {
      const seconds = await this.#trainLoop(live, until, replay.seconds === null ? LONG_SECONDS : Infinity);
      if (seconds !== null) this.replaying.set({ ...replay, seconds });
      await this.#settle(live, seconds === null ? turn : undefined);
      if (seconds === null && live()) this.replaying.set(null);
    });
  }

  /** Goes on from a step that was gone back to. The run until now is put aside. */
  resume(checkpoint: Checkpoint): void {
    this.training.set(false);
    void this.#activities.start(async () => {
      const { step } = this.progress.value;
      const action = await this.#keep();
      await this.#rewind(checkpoint);
      await this.#refresh(0);
      if (action)
        this.#putAside = this.#notices.say('notice.resumed', {
          values: { step, from: checkpoint.step },
          action,
        });
    });
    this.#continue();
  }

  /** Goes back to a step. After training that diverged, a notice says so as soon as that step is shown. */
  async #rewind(checkpoint: Checkpoint): Promise<void> {
    const { step } = checkpoint;
    this.#turn.renew(checkpoint.picture);
    this.info.set(await this.#lab().restore(checkpoint.state));
    const diverged = this.#diverged !== null;
    this.#sound();
    this.timeline.rewind(step);
    this.#recorder.rewind(step);
    this.evaluation.set(null);
    this.#publishProgress(0);
    if (diverged) this.#notices.say('notice.wentBack', { values: { step } });
  }

  /** The weights are good again. */
  #sound(): void {
    if (this.#diverged !== null) this.#notices.dismiss(this.#diverged);
    this.#diverged = null;
  }

  /** Starts anew with the same settings. The run until now is kept. */
  reset(): void {
    this.training.set(false);
    void this.#activities.start(async () => {
      const { step } = this.progress.value;
      const action = await this.#keep();
      await this.#begin();
      if (action) this.#putAside = this.#notices.say('notice.reset', { values: { step }, action });
    });
    this.#continue();
  }

  /** Brings back the run that was put aside, and puts the present one aside. */
  bringBack(): void {
    void this.#activities.start(async () => {
      const run = this.kept.value;
      if (!run) return;
      if (!(await this.#keep())) this.kept.set(null);
      this.#quietly(() => {
        this.#store.revertTraining(run.chosen);
      });
      if (this.#dataName !== run.data) await this.#loadData(run.data);
      await this.#begin(run);
    });
    this.#continue();
  }

  async neighbours(index: number, k: number, space: 'embedding' | 'raw'): Promise<Neighbours> {
    if (space === 'raw') return (await this.#preparedProbe()).neighbours({ index, k, space });
    const past = this.timeline.shown.value;
    return (past ? await this.#probeAt(past) : this.#lab()).neighbours({ index, k, space });
  }

  /** For each of some samples, the nearest k of them by the session's distance, as the shown step has them. */
  async nearestAmong(
    ids: readonly number[],
    k: number,
  ): Promise<{ readonly step: number; readonly found: Neighbours }> {
    const config = this.info.value?.config;
    if (!config) throw new MetricLabError('session.none', 'No session yet.');
    const { rows, step } = await this.rowsOf(ids);
    const dim = rows.length / ids.length;
    const asked = { queries: rows, references: rows, dim, k };
    const probe = await this.labs.probe();
    const found = await probe.nearest({ ...asked, metric: config.distance });
    return { step, found };
  }

  /** The embeddings of some samples, as the shown step has them. */
  async rowsOf(ids: ArrayLike<number>): Promise<{ readonly rows: Float32Array; readonly step: number }> {
    const set = this.data.value;
    if (!set) throw new MetricLabError('data.missing', 'No data set is loaded.');
    const past = this.timeline.shown.value;
    const lab = past ? await this.#probeAt(past) : this.#lab();
    const pixels = pixelsOf(set, Array.from(ids));
    // Asked in one go, so that no step comes between the two.
    const [rows, { step }] = await Promise.all([lab.embed({ pixels, count: ids.length }), lab.advance(0)]);
    return { rows, step };
  }

  #probeStep: Checkpoint | null = null;

  /** The probe with the network of an earlier step. */
  async #probeAt(past: Checkpoint): Promise<Lab> {
    const probe = await this.#preparedProbe();
    if (this.#probeStep !== past) {
      this.#probeStep = past;
      await probe.restore(past.state);
    }
    return probe;
  }

  /** How the map of an earlier step lies: the code for a link to that step. */
  async turnOf(past: Checkpoint): Promise<number> {
    try {
      const probe = await this.#probeAt(past);
      await probe.picture({ sample: 1 });
      return turnOnto(await probe.picture({}), past.picture);
    } catch {
      // The link still leads to the step; its map may lie otherwise.
      return 0;
    }
  }

  /** All embeddings as they are now; training goes on before and after. */
  async embeddings(): Promise<Embeddings> {
    for (;;) {
      const info = this.info.value;
      const lab = this.#lab();
      // Asked in one go, so that no step comes between the two.
      const [rows, picture] = await Promise.all([lab.embeddings(), lab.picture({})]);
      if (!info || info !== this.info.value) continue;
      const turned = this.#turn.apply(picture);
      this.picture.set(turned);
      return { rows, picture: turned, info };
    }
  }

  /** The saved run, and its step. */
  async saved(): Promise<{ readonly state: Uint8Array; readonly step: number }> {
    const lab = this.#lab();
    // Asked in one go, so that no step comes between the two.
    const [state, { step }] = await Promise.all([lab.save(), lab.picture({})]);
    return { state, step };
  }

  batch(): Promise<BatchView> {
    return this.#trainer
      ? this.#trainer.batch()
      : Promise.reject(new MetricLabError('session.none', 'No session yet.'));
  }

  /** All measures beside retrieval, of the embedding and of the pixels. */
  async measures(): Promise<readonly [Measures, Measures]> {
    const trainer = this.#trainer;
    if (!trainer) throw new MetricLabError('session.none', 'No session yet.');
    return [await trainer.measures({ space: 'embedding' }), await trainer.measures({ space: 'raw' })];
  }

  /** The session that some settings ask for, with this data set. */
  configOf(settings: Settings): SessionConfig {
    const options = this.options.value;
    if (!options || !this.#recommendation) throw new MetricLabError('session.none', 'No data set is loaded.');
    return sessionConfig(settings, options, this.#recommendation);
  }

  /** The settings that this data set recommends for a loss. */
  recommendedFor(loss: Settings['loss']): Chosen {
    const options = this.options.value;
    return options && this.#recommendation ? recommended(options, this.#recommendation, loss) : {};
  }

  async offered(): Promise<Options> {
    return (await this.labs.probe()).options();
  }

  async axioms(request: Parameters<Lab['axioms']>[0]): Promise<Axioms> {
    return (await this.labs.probe()).axioms(request);
  }

  async distances(request: Parameters<Lab['distances']>[0]): Promise<Float32Array> {
    return (await this.labs.probe()).distances(request);
  }

  async geometry(request: TripletGeometryRequest): Promise<TripletGeometry> {
    return (await this.labs.probe()).geometry(request);
  }

  async zones(request: TripletZonesRequest): Promise<TripletZones> {
    return (await this.labs.probe()).zones(request);
  }

  #lab(): Lab {
    if (!this.#trainer || !this.info.value) throw new MetricLabError('session.none', 'No session yet.');
    return this.#trainer;
  }

  /** Goes on with what the person wants: training, or a complete picture at rest. */
  #continue(): void {
    this.replaying.set(null);
    void this.#activities.start(async (live) => {
      await (this.training.value ? this.#trainLoop(live) : this.#settle(live));
    });
  }

  /** Trains up to a step, or stops where the rest takes longer than `most` seconds and gives how long it takes. */
  async #trainLoop(live: () => boolean, until = Infinity, most = Infinity): Promise<number | null> {
    const lab = this.#lab();
    if (this.timeline.kept.value.length === 0) await this.#checkpoint(false);
    this.#pace.restart();
    let before = performance.now();
    let long: number | null = null;
    while (live() && long === null && this.progress.value.step < until) {
      if (document.hidden) {
        await this.#waitUnseen();
        before = performance.now();
        continue;
      }
      const steps = Math.min(this.#pace.steps, until - this.progress.value.step);
      const report = await lab.advance(steps);
      const now = performance.now();
      this.#pace.advanced(steps, report.milliseconds, now - before);
      before = now;
      this.#recorder.addSteps(report);
      this.#publishProgress(this.#pace.rate);
      if (this.timeline.due(report.step, performance.now()) && live()) await this.#checkpoint(true);
      else if (this.#pace.pictureDue && live()) await this.#refresh(0);
      if (this.#pace.scoresDue(performance.now()) && live()) await this.#score();
      const seconds = this.#pace.secondsFor(until - report.step) ?? 0;
      if (seconds > most && live()) long = seconds;
    }
    this.#publishProgress(0);
    return long;
  }

  /** Training waits while nobody sees the tab, so that it takes no power, and says so. */
  async #waitUnseen(): Promise<void> {
    this.#publishProgress(0);
    await untilSeen();
    this.#pace.restart();
    this.#notices.say('notice.hidden', { values: { step: this.progress.value.step } });
  }

  /** `turn` tells how the map lies, where a link has it. */
  async #settle(live: () => boolean, turn?: number): Promise<void> {
    if (!this.#trainer || !this.info.value) return;
    const step = this.progress.value.step;
    const drawn = (): boolean => this.picture.value?.step === step && this.picture.value.complete;
    if (live() && !drawn()) await this.#lieAnew(turn);
    while (live() && !drawn()) await this.#refresh(REFRESH_POINTS);
    if (live() && this.evaluation.value?.step !== step) await this.#score();
  }

  /**
   * At rest, the map must not depend on the pictures before it. After a picture of one sample the engine has nothing to turn the
   * next one onto, so that one lies by its principal axes. The page turns it over its last picture, or as a link says.
   */
  async #lieAnew(turn: number | undefined): Promise<void> {
    await this.#lab().picture({ sample: 1 });
    this.#turn.renew(turn === undefined ? this.picture.value : null, turn);
  }

  /** A picture of the sample, with so many further samples embedded towards one of the whole set. */
  async #refresh(points: number): Promise<void> {
    const before = performance.now();
    this.picture.set(this.#turn.apply(await this.#lab().picture({ refresh: points })));
    if (points === 0) this.#pace.pictured(performance.now() - before);
  }

  /** Keeps the present step to go back to, where it is time. */
  async #checkpoint(counted: boolean): Promise<void> {
    const { step, loss } = this.progress.value;
    const before = performance.now();
    if (!this.timeline.due(step, before)) return;
    const lab = this.#lab();
    // Asked in one go, so that no step comes between the two.
    const [drawn, state, counts] = await Promise.all([
      lab.picture({}),
      lab.save(),
      lab.batch().then(
        (batch) => batch.counts,
        () => null,
      ),
    ]);
    const picture = this.#turn.apply(drawn);
    this.picture.set(picture);
    this.timeline.add({ step, picture, state, loss, counts }, performance.now());
    if (counted) this.#pace.pictured(performance.now() - before);
  }

  async #score(): Promise<void> {
    const before = performance.now();
    const evaluation = await this.#lab().evaluate({ space: 'embedding', k: SCORE_K });
    this.#pace.scored(performance.now() - before, performance.now());
    this.evaluation.set(evaluation);
    this.#recorder.addScores(evaluation);
    this.history.set(this.#recorder.value);
  }

  /** The raw-pixel baseline depends on the data and on what is held out, not on the weights. */
  async #scoreRaw(): Promise<void> {
    const split = this.#split();
    if (this.#baselineOf === split) return;
    this.#baselineOf = split;
    try {
      const probe = await this.#preparedProbe();
      const baseline = await probe.evaluate({ space: 'raw', k: SCORE_K });
      if (split === this.#split()) this.baseline.set(baseline);
    } catch (error) {
      this.#baselineOf = '';
      this.#notices.fail(error, { tone: 'warning' });
    }
  }

  #split(): string {
    return `${this.#dataName} ${this.info.value?.config.unseenClasses ?? ''}`;
  }

  #probeReady: { readonly split: string; readonly lab: Promise<Lab> } | null = null;

  /** The probe with the session's data and split. */
  #preparedProbe(): Promise<Lab> {
    const split = this.#split();
    if (this.#probeReady?.split === split) return this.#probeReady.lab;
    const config = this.info.value?.config;
    const prepare = async (): Promise<Lab> => {
      const lab = await this.labs.probe();
      await lab.loadDataset((await this.shelf.get(this.#dataName)).file);
      if (config) await lab.configure(config);
      return lab;
    };
    const lab = prepare();
    this.#probeStep = null;
    this.#probeReady = { split, lab };
    lab.catch(() => {
      this.#probeReady = null;
    });
    return lab;
  }

  async #loadData(name: DatasetName): Promise<void> {
    const lab = this.#trainer;
    if (!lab) throw new MetricLabError('session.none', 'The laboratory is not open.');
    this.phase.set('fetching');
    const { file, packed } = await this.shelf.get(name);
    this.phase.set('preparing');
    await lab.loadDataset(file);
    const options = await lab.options();
    this.#recommendation = await lab.defaults();
    this.#dataName = name;
    this.info.set(null);
    this.picture.set(null);
    this.evaluation.set(null);
    this.baseline.set(null);
    this.#baselineOf = '';
    this.options.set(options);
    this.#quietly(() => {
      this.#recommend();
      if (this.#store.value.selected >= packed.count) this.#store.set({ selected: -1 });
    });
    this.data.set(packed);
  }

  #recommend(): void {
    const options = this.options.value;
    if (!options || !this.#recommendation) return;
    const loss = this.#store.chosen.loss ?? this.#recommendation.loss.kind;
    this.#store.setDefaults(recommended(options, this.#recommendation, loss));
  }

  /** A new session by the settings, or the one that was kept. */
  async #begin(run?: KeptRun): Promise<void> {
    const lab = this.#trainer;
    const options = this.options.value;
    if (!lab || !options || !this.#recommendation)
      throw new MetricLabError('session.none', 'No data set is loaded.');
    this.#fitBatch();
    const config = sessionConfig(this.#store.value, options, this.#recommendation);
    let info = await lab.configure(config);
    if (run) info = await lab.restore(run.state);
    this.#running = this.#store.chosen;
    this.#sound();
    this.#turn.renew(null);
    this.timeline.clear();
    this.straight.set(run?.straight ?? true);
    this.#recorder.load(run?.history ?? EMPTY);
    this.evaluation.set(run?.evaluation ?? null);
    if (this.info.value?.config.unseenClasses !== info.config.unseenClasses) this.baseline.set(null);
    this.info.set(info);
    this.#publishProgress(0);
    await this.#refresh(0);
    this.phase.set('ready');
    void this.#scoreRaw();
  }

  /** Holding classes out leaves fewer for a batch: it gives way, so that one change does not have to be two. */
  #fitBatch(): void {
    const { classes, unseen } = this.#store.value;
    const trained = (this.data.value?.classes.length ?? 0) - unseen;
    if (trained < 2 || classes <= trained) return;
    this.#quietly(() => {
      this.#store.set({ classes: trained });
    });
  }

  /** As `#begin`; settings that this data set refuses give way to its own. */
  async #beginOrDefaults(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      if (isFault(error) || this.info.value) throw error;
      this.#notices.fail(error, { tone: 'warning' });
      this.#quietly(() => {
        this.#store.revertTraining({ data: this.#dataName });
        // The link's step is of the run that was refused.
        this.#store.set({ step: 0, turn: 0 });
      });
      await this.#begin();
    }
  }

  /** Puts the present run aside, if there is something to lose, and gives what brings it back. */
  async #keep(): Promise<NoticeAction | null> {
    const { step } = this.progress.value;
    if (!this.#trainer || !this.info.value || step === 0 || this.#diverged !== null) return null;
    const state = await this.#trainer.save().catch(unlessDiverged);
    if (!state) return null;
    const history = this.#recorder.value;
    this.kept.set({
      data: this.#dataName,
      chosen: this.#running,
      state,
      step,
      history,
      evaluation: this.evaluation.value,
      straight: this.straight.value,
    });
    return {
      label: 'notice.bringBack',
      run: () => {
        this.bringBack();
      },
    };
  }

  #settingsChanged(): void {
    if (this.#reverting) return;
    window.clearTimeout(this.#changeTimer);
    this.#changeTimer = window.setTimeout(() => {
      void this.#activities.start(async () => {
        await this.#apply();
      });
      this.#continue();
    }, SETTLE_MS);
  }

  async #apply(): Promise<void> {
    if (!this.#trainer) return;
    const name = this.#store.value.data;
    try {
      // Other settings cannot help weights that are no numbers.
      const good = this.#diverged === null ? undefined : this.timeline.kept.value.at(-1);
      if (good) await this.#rewind(good);
      const { step } = this.progress.value;
      if (step > 0 && name === this.#dataName && !this.#startsAnew()) {
        await this.#adjust();
        return;
      }
      const action = await this.#keep();
      if (name !== this.#dataName || !this.data.value) {
        await this.#loadData(name);
        await this.#beginOrDefaults();
      } else {
        await this.#begin();
      }
      if (action) this.#putAside = this.#notices.say('notice.newSession', { values: { step }, action });
    } catch (error) {
      if (isFault(error)) throw error;
      this.#refuse(error, name);
    }
  }

  /** Whether a setting differs from the running session's that a session cannot change on its way. */
  #startsAnew(): boolean {
    const running = new Store(this.#running, this.#store.defaults).link;
    const wanted = new Store(this.#store.chosen, this.#store.defaults).link;
    const of = (link: string): string =>
      STARTS_ANEW.map((name) => new URLSearchParams(link).get(property(name).url) ?? '').join(' ');
    return of(running) !== of(wanted);
  }

  /** Goes on from the present step with other settings. */
  async #adjust(): Promise<void> {
    const lab = this.#lab();
    const options = this.options.value;
    if (!options || !this.#recommendation) return;
    this.#fitBatch();
    const config = sessionConfig(this.#store.value, options, this.#recommendation);
    const before = this.info.value?.config;
    // The engine checks the settings first. If it refuses them, the run stays as it was.
    const info = await lab.adjust(config);
    this.#running = this.#store.chosen;
    this.straight.set(false);
    if (
      JSON.stringify([before?.distance, before?.embedding]) !==
      JSON.stringify([config.distance, config.embedding])
    )
      this.evaluation.set(null);
    this.info.set(info);
    await this.#refresh(0);
  }

  /** The settings were refused: the session that runs stays, and the controls go back to it. */
  #refuse(error: unknown, name: DatasetName): void {
    const again = {
      label: 'notice.tryAgain' as const,
      run: () => {
        if (name === this.#dataName) this.#settingsChanged();
        else this.#store.chooseData(name);
      },
    };
    this.#notices.fail(error, name === this.#dataName ? {} : { action: again });
    if (!this.info.value) {
      this.phase.set('failed');
      return;
    }
    this.phase.set('ready');
    this.#quietly(() => {
      this.#store.revertTraining(this.#running);
    });
  }

  /** Changes settings without asking for a new session. */
  #quietly(change: () => void): void {
    this.#reverting = true;
    try {
      change();
    } finally {
      this.#reverting = false;
    }
  }

  async #switchDevice(device: DeviceRequest): Promise<void> {
    await this.#activities.start(async () => {
      if (!this.#trainer) return;
      try {
        this.labs.device.set(await this.#trainer.switchDevice(device));
      } catch (error) {
        this.#notices.fail(error, { tone: 'warning' });
        this.#store.set({ device: this.#trainer.device.requested });
      }
    });
    this.#continue();
  }

  #onFault(fault: FaultEvent): void {
    const { code, message, recovered, step } = fault;
    if (recovered) {
      this.#notices.say('notice.recovered', { values: { step }, tone: 'warning', detail: message });
      this.#recorder.rewind(step);
      this.timeline.rewind(step);
      this.#turn.renew(this.picture.value);
      this.#publishProgress(0);
    } else {
      this.training.set(false);
      this.#notices.fail(new MetricLabError(code, message), {
        action: {
          label: 'notice.tryAgain',
          run: () => {
            this.#continue();
          },
        },
      });
    }
    if (recovered) this.#continue();
  }

  #failed(error: unknown): void {
    // The lab tells of its own faults by an event, after it tried to recover.
    if (isFault(error) && this.info.value) return;
    this.training.set(false);
    this.replaying.set(null);
    if (this.phase.value !== 'ready') this.phase.set('failed');
    const opening = this.phase.value === 'failed';
    if (hasDiverged(error)) {
      this.#tellDiverged(error);
      return;
    }
    const again: NoticeAction = {
      label: 'notice.tryAgain',
      run: () => {
        this.open();
      },
    };
    this.#notices.fail(error, { action: opening ? again : null });
  }

  /** Shows the last step that is kept, and offers to go on from it: it has a picture, so its weights were good. */
  #tellDiverged(error: unknown): void {
    const last = this.timeline.kept.value.at(-1);
    this.timeline.show(last ?? null);
    const action: NoticeAction | null = last
      ? {
          label: 'notice.goBack',
          run: () => {
            this.resume(last);
          },
        }
      : null;
    this.#diverged = this.#notices.fail(error, { detail: '', action });
  }

  #publishProgress(rate: number): void {
    const { losses, active } = this.#recorder.value;
    this.history.set(this.#recorder.value);
    this.progress.set({
      step: losses.length,
      rate,
      loss: losses.at(-1) ?? NaN,
      active: active.at(-1) ?? NaN,
    });
  }
}
