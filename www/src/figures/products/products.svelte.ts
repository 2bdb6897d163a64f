import { ROLE_UNSEEN, type Lab, type PackedDataset } from 'metriclab';
import { page } from '../../state/page.svelte';
import { pictures } from '../pictures';
import type { Space } from '../gate/spaces';
import { inks } from '../inks';
import { rank, type Ranking } from '../metrics/verdict';
import { rowsOf, toUnit } from '../newcomer/recognition';
import { typicalPlace } from '../typical';
import { openLab, Run } from '../run/run.svelte';

/** Steps of one press of the button. */
export const STEPS = 60;
const CHUNK = 5;
/** Products that are shown as found. */
export const SHOWN = 6;
const STYLES = { asking: 'noto', catalogue: 'twemoji' } as const;

/** The emoji that are found in one space. */
export interface Search {
  /** Positions in the catalogue, queries x {@link SHOWN}. */
  readonly indices: Uint32Array;
  readonly hits: readonly number[];
}

/** Emoji that no one trained on, asked for in one drawing style and looked for in another. */
export class Products extends Run {
  set = $state.raw<PackedDataset | null>(null);
  step = $state(0);
  /** Samples that ask, and samples in the catalogue: at each place the same emoji. */
  asking = $state.raw<readonly number[]>([]);
  catalogue = $state.raw<readonly number[]>([]);
  found = $state.raw<Readonly<Partial<Record<Space, Search>>>>({});
  /** Which one asks, where that was chosen. */
  chosen = $state<number | null>(null);
  /** Which one asks: the chosen one, or the first that fares as most do. */
  readonly picked = $derived.by(() => {
    const searches = Object.values(this.found);
    return this.chosen ?? typicalPlace(this.asking.map((_, k) => searches.map(({ hits }) => hits[k]).join()));
  });
  #lab: Lab | null = null;

  /** Fetches the data, and searches in raw pixels. */
  async open(): Promise<void> {
    await this.renew(async (round) => {
      const { bytes, set } = await pictures(page.dataset('emoji'));
      const lab = (this.#lab = await openLab(round, bytes));
      const { roles } = await lab.configure(await lab.defaults());
      const unseen = (style: string): number[] => {
        const domain = set.domains.indexOf(style);
        return [...set.domainOf.keys()]
          .filter((at) => roles[at] === ROLE_UNSEEN && set.domainOf[at] === domain)
          .sort((a, b) => (set.labels[a] ?? 0) - (set.labels[b] ?? 0));
      };
      [this.asking, this.catalogue] = [unseen(STYLES.asking), unseen(STYLES.catalogue)];
      this.set = set;
      const dim = set.pixels.length / set.count;
      this.found = { raw: await this.#search(lab, await inks(set, dim), dim) };
    });
  }

  override close(): void {
    super.close();
    this.#lab?.dispose();
  }

  /** Trains for some steps, then searches by the embedding. */
  async train(): Promise<void> {
    const lab = this.#lab;
    if (!lab) return;
    const until = this.step + STEPS;
    await this.makeSteps(STEPS, CHUNK, async (count) => {
      this.step = (await lab.advance(count)).step;
      if (this.step < until) return this.step;
      const rows = await lab.embeddings();
      const dim = rows.length / (this.set?.count ?? 1);
      this.found = { ...this.found, compare: await this.#search(lab, toUnit(rows, dim), dim) };
      return this.step;
    });
  }

  get ranking(): Ranking<Space> | null {
    const { raw, compare } = this.found;
    if (!raw || !compare) return null;
    return rank(
      new Map<Space, readonly number[]>([
        ['raw', raw.hits],
        ['compare', compare.hits],
      ]),
    );
  }

  async #search(lab: Lab, unit: Float32Array, dim: number): Promise<Search> {
    const { indices } = await lab.nearest({
      queries: rowsOf(unit, dim, this.asking),
      references: rowsOf(unit, dim, this.catalogue),
      dim,
      k: SHOWN,
      metric: 'cosine',
    });
    return { indices, hits: this.asking.map((_, k) => (indices[k * SHOWN] === k ? 1 : 0)) };
  }
}
