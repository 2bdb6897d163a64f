import {
  MetricLabError,
  type Axioms,
  type BatchView,
  type Lab,
  type Measures,
  type Neighbours,
  type Options,
  type Picture,
  type SessionInfo,
  type TripletGeometry,
  type TripletGeometryRequest,
  type TripletZones,
  type TripletZonesRequest,
} from 'metriclab';
import { pixelsOf } from '../state/pixels';
import type { Labs } from './labs';
import type { Probe } from './probe';
import type { Run } from './run';
import type { Signals } from './signals';
import type { Checkpoint } from './timeline';
import { turnOnto } from './turn';

/** The embeddings of the whole set, and the picture of these very embeddings. */
export interface Embeddings {
  readonly rows: Float32Array;
  readonly picture: Picture;
  readonly info: SessionInfo;
}

/** Answers what views ask of the run, at its present step or at the one that is shown; and what needs no run. */
export class Questions {
  readonly #signals: Signals;
  readonly #run: Run;
  readonly #probe: Probe;
  readonly #labs: Labs;

  constructor(signals: Signals, run: Run, probe: Probe, labs: Labs) {
    this.#signals = signals;
    this.#run = run;
    this.#probe = probe;
    this.#labs = labs;
  }

  /** The laboratory with the network of the step that is shown. */
  async #shown(): Promise<Lab> {
    const past = this.#signals.timeline.shown.value;
    return past ? this.#probe.at(past) : this.#run.lab();
  }

  async neighbours(index: number, k: number, space: 'embedding' | 'raw'): Promise<Neighbours> {
    const lab = await (space === 'raw' ? this.#probe.prepared() : this.#shown());
    return lab.neighbours({ index, k, space });
  }

  /** For each of some samples, the nearest k of them by the session's distance, as the shown step has them. */
  async nearestAmong(
    ids: readonly number[],
    k: number,
  ): Promise<{ readonly step: number; readonly found: Neighbours }> {
    const config = this.#signals.info.value?.config;
    if (!config) throw new MetricLabError('session.none', 'No session yet.');
    const { rows, step } = await this.rowsOf(ids);
    const dim = rows.length / ids.length;
    const asked = { queries: rows, references: rows, dim, k };
    const probe = await this.#labs.probe();
    const found = await probe.nearest({ ...asked, metric: config.distance });
    return { step, found };
  }

  /** The embeddings of some samples, as the shown step has them. */
  async rowsOf(ids: ArrayLike<number>): Promise<{ readonly rows: Float32Array; readonly step: number }> {
    const set = this.#signals.data.value;
    if (!set) throw new MetricLabError('data.missing', 'No data set is loaded.');
    const lab = await this.#shown();
    const pixels = pixelsOf(set, Array.from(ids));
    // Asked in one go, so that no step comes between the two.
    const [rows, { step }] = await Promise.all([lab.embed({ pixels, count: ids.length }), lab.advance(0)]);
    return { rows, step };
  }

  /** How the map of an earlier step lies: the code for a link to that step. */
  async turnOf(past: Checkpoint): Promise<number> {
    try {
      const probe = await this.#probe.at(past);
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
      const info = this.#signals.info.value;
      const lab = this.#run.lab();
      // Asked in one go, so that no step comes between the two.
      const [rows, drawn] = await Promise.all([lab.embeddings(), lab.picture({})]);
      if (!info || info !== this.#signals.info.value) continue;
      return { rows, picture: this.#run.show(drawn), info };
    }
  }

  /** The saved run, and its step. */
  async saved(): Promise<{ readonly state: Uint8Array; readonly step: number }> {
    const lab = this.#run.lab();
    // Asked in one go, so that no step comes between the two.
    const [state, { step }] = await Promise.all([lab.save(), lab.picture({})]);
    return { state, step };
  }

  batch(): Promise<BatchView> {
    return this.#run.trainer
      ? this.#run.trainer.batch()
      : Promise.reject(new MetricLabError('session.none', 'No session yet.'));
  }

  /** All measures beside retrieval, of the embedding and of the pixels. */
  async measures(): Promise<readonly [Measures, Measures]> {
    const { trainer } = this.#run;
    if (!trainer) throw new MetricLabError('session.none', 'No session yet.');
    return [await trainer.measures({ space: 'embedding' }), await trainer.measures({ space: 'raw' })];
  }

  async offered(): Promise<Options> {
    return (await this.#labs.probe()).options();
  }

  async axioms(request: Parameters<Lab['axioms']>[0]): Promise<Axioms> {
    return (await this.#labs.probe()).axioms(request);
  }

  async distances(request: Parameters<Lab['distances']>[0]): Promise<Float32Array> {
    return (await this.#labs.probe()).distances(request);
  }

  async geometry(request: TripletGeometryRequest): Promise<TripletGeometry> {
    return (await this.#labs.probe()).geometry(request);
  }

  async zones(request: TripletZonesRequest): Promise<TripletZones> {
    return (await this.#labs.probe()).zones(request);
  }
}
