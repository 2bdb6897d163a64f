import type { SessionInfo } from 'metriclab';
import { seenPoints } from '../geometry/ball';
import { Signal } from '../store/signal';
import type { Store } from '../store/store';
import type { Moment } from './drawings';
import { isFault } from './labs';
import type { Notices } from './notices';
import type { Session } from './session';

/** Embeddings of three numbers, as the map shows them in space. */
export interface Space extends Moment {
  readonly ids: readonly number[];
  readonly rows: Float32Array;
  /** Radius of a ball around the origin that holds nearly all of them. */
  readonly radius: number;
  /** Whether all of them lie on that ball. */
  readonly unit: boolean;
}

function spaceOf(ids: readonly number[], rows: Float32Array, info: SessionInfo, step: number): Space {
  const { normalize, dim } = info.config.embedding;
  const lengths = ids.map((_, at) => Math.hypot(...rows.subarray(at * dim, (at + 1) * dim)));
  const far = lengths.sort((a, b) => a - b)[Math.floor(0.998 * (lengths.length - 1))] ?? 0;
  return { ids, rows, info, step, unit: normalize, radius: normalize || far === 0 ? 1 : far };
}

/** The space as it is seen from one side. */
export interface Seen {
  /** Places of all `count` points of the data set; NaN for those without. */
  readonly xy: Float32Array;
  /** How near to the viewer each point is, from 1 to 255. */
  readonly depths: Uint8Array;
}

export function seenFrom({ ids, rows, radius }: Space, angles: readonly number[], count: number): Seen {
  const [yaw = 0, pitch = 0] = angles;
  const xy = new Float32Array(2 * count).fill(NaN);
  const depths = new Uint8Array(count);
  for (const { at, x, y, depth } of seenPoints(rows, 3, [yaw, pitch])) {
    const index = ids[at] ?? 0;
    xy.set([x, y], 2 * index);
    depths[index] = Math.round(128 + 127 * Math.max(-1, Math.min(1, depth / radius)));
  }
  return { xy, depths };
}

/** Embeddings of three numbers as they are seen, in their own order. */
export function flat(rows: Float32Array, [yaw = 0, pitch = 0]: readonly number[]): Float32Array {
  const xy = new Float32Array((2 * rows.length) / 3);
  for (const { at, x, y } of seenPoints(rows, 3, [yaw, pitch])) xy.set([x, y], 2 * at);
  return xy;
}

/** The map that shows the space. */
interface Shown {
  /** The samples that it shows. */
  readonly ids: () => readonly number[];
  /** Shows new embeddings. */
  readonly place: () => void;
}

/** The embeddings that the map shows in space: all of one step, asked for as they are needed. */
export class SpaceRows {
  readonly space = new Signal<Space | null>(null);
  readonly #store: Store;
  readonly #session: Session;
  readonly #notices: Notices;
  readonly #map: Shown;
  #asking = false;

  constructor(store: Store, session: Session, notices: Notices, map: Shown) {
    this.#store = store;
    this.#session = session;
    this.#notices = notices;
    this.#map = map;
  }

  /** Whether the embedding can be shown in space. */
  get possible(): boolean {
    return this.#session.info.value?.config.embedding.dim === 3;
  }

  /** Whether it is, or is going to be. */
  get wanted(): boolean {
    const { space, projection } = this.#store.value;
    return space && projection === 'pca' && this.possible;
  }

  /** Asks for the embeddings of the shown step where the map wants them and lacks some; one question at a time. */
  async ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      while (this.wanted && !this.#complete()) {
        const info = this.#session.info.value;
        const ids = this.#map.ids();
        const { rows, step } = await this.#session.questions.rowsOf(ids);
        if (!info || info !== this.#session.info.value) continue;
        this.space.set(spaceOf(ids, rows, info, step));
        this.#map.place();
        // The next picture asks again, at the pace of training.
        if (this.#session.training.value) break;
      }
    } catch (error) {
      this.#store.set({ space: false });
      // The engine's own faults are told by the session.
      if (!isFault(error)) this.#notices.fail(error, { tone: 'warning' });
    } finally {
      this.#asking = false;
    }
  }

  /** Whether the rows are of the step that is shown, and all are there. */
  #complete(): boolean {
    const { timeline, progress, info } = this.#session;
    const { value: space } = this.space;
    const step = timeline.shown.value?.step ?? progress.value.step;
    if (space?.step !== step || space.info !== info.value) return false;
    const known = new Set(space.ids);
    return this.#map.ids().every((index) => known.has(index));
  }
}
