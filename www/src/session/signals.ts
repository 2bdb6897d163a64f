import type { Evaluation, Options, PackedDataset, Picture, SessionInfo } from 'metriclab';
import type { Chosen } from '../store/link';
import type { DatasetName } from '../store/settings';
import { Signal } from '../store/signal';
import { EMPTY, type History } from './history';
import { Timeline } from './timeline';

export type Phase = 'starting' | 'fetching' | 'preparing' | 'ready' | 'failed';

export interface Progress {
  readonly step: number;
  /** Steps a second; 0 at rest. */
  readonly rate: number;
  readonly loss: number;
  readonly active: number;
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

/** The session as views see it. Its parts write these signals. */
export class Signals {
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
}
