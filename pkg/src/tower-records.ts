import type { Connection } from './connection.js';
import type { TowersMethod } from './protocol.js';

/** Towers as they were opened, and their last file. */
interface Record {
  readonly request: object;
  state: Uint8Array | null;
  /** Whether they were trained since. */
  behind: boolean;
}

/** The data by which another engine gets the same towers, trained as far as their last file. */
export class TowerRecords {
  readonly #records = new Map<number, Record>();

  /** The arguments of a call, copied where they are needed again: sending moves them. */
  keep(method: TowersMethod, args: readonly unknown[]): readonly unknown[] {
    return method === 'towersOpen' ? args.map((arg) => structuredClone(arg)) : args;
  }

  /** Records an answered call. */
  note(method: TowersMethod, request: object, answer: unknown): void {
    const { towers } = request as { readonly towers: number };
    if (method === 'towersOpen') this.#records.set(towers, { request, state: null, behind: false });
    if (method === 'towersClose') this.#records.delete(towers);
    const record = this.#records.get(towers);
    if (!record) return;
    if (method === 'towersAdvance') record.behind = true;
    if (method === 'towersSave') {
      record.state = (answer as Uint8Array).slice();
      record.behind = false;
    }
  }

  /** Towers that were trained since their last file. */
  due(): readonly number[] {
    return [...this.#records].filter(([, { behind }]) => behind).map(([towers]) => towers);
  }

  /** Opens the towers of a fresh engine. */
  async refill(connection: Connection): Promise<void> {
    for (const { request, state } of this.#records.values()) {
      const copy = structuredClone(request);
      await connection.call('towersOpen', [state ? { ...copy, state: state.slice() } : copy]);
    }
  }
}
