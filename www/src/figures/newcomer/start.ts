import type { PackedDataset } from 'metriclab';
import { estimate, type Candidate, type Counts } from './recognition';

/** A place on the map is kept as a whole number of these. */
export const GRAIN = 0.05;

/** Counts as they are kept: for each newcomer the right answers of 90. */
interface KeptCounts {
  readonly right: readonly number[];
  readonly old: number;
  readonly refused: number;
  readonly limit: number;
}

/** The first run up to its first stop, as `node www/record-start.mjs` writes it. */
export interface RecordedFile {
  readonly command: string;
  readonly date: string;
  readonly side: number;
  readonly count: number;
  readonly domains: readonly string[];
  /** Syllables by their class. */
  readonly names: Readonly<Record<string, string>>;
  /** Drawings with their class and typeface, and their pixels one after the other. */
  readonly drawings: readonly (readonly [at: number, label: number, face: number])[];
  readonly pixels: string;
  readonly newcomers: readonly number[];
  /** Places of the maps: the first frames have the known drawings alone. */
  readonly ids: readonly number[];
  readonly frames: readonly {
    readonly step: number;
    readonly names: readonly number[];
    readonly compare: readonly number[];
  }[];
  /** The first newcomers on offer: drawings that are registered and that ask, and what both networks answer. */
  readonly tray: readonly {
    readonly label: number;
    readonly plain: number;
    readonly query: number;
    readonly names: readonly (readonly [number, number])[];
    readonly compare: readonly (readonly [number, number])[];
  }[];
  /** Cosines of the drawings that ask to those that are registered, row after row. */
  readonly alike: readonly number[];
  readonly counts: { readonly names: KeptCounts; readonly compare: KeptCounts; readonly raw: KeptCounts };
}

/** Places of both maps at one step. */
export interface RecordedFrame {
  readonly step: number;
  readonly ids: readonly number[];
  readonly names: Float64Array;
  readonly compare: Float64Array;
}

/** Questions about each newcomer. */
const ASKED_EACH = 90;

function countsFrom({ right, old, refused, limit }: KeptCounts): Counts {
  const perNewcomer = right.map((one) => one / ASKED_EACH);
  const sum = right.reduce((total, one) => total + one, 0);
  const asked = ASKED_EACH * right.length;
  return { perNewcomer, found: estimate(perNewcomer), asked, right: sum, old, refused, limit };
}

/** A recorded run: it is shown until the live one is as far. */
export class RecordedStart {
  readonly frames: readonly RecordedFrame[];
  /** The drawings that it shows, at their places in the whole set; the others are blank. */
  readonly set: PackedDataset;
  readonly counts: { readonly names: Counts; readonly compare: Counts };
  readonly raw: Counts;
  readonly #file: RecordedFile;

  constructor(file: RecordedFile) {
    this.#file = file;
    this.frames = file.frames.map(({ step, names, compare }) => ({
      step,
      ids: file.ids.slice(0, names.length / 2),
      names: Float64Array.from(names, (value) => GRAIN * value),
      compare: Float64Array.from(compare, (value) => GRAIN * value),
    }));
    this.set = setOf(file);
    this.counts = { names: countsFrom(file.counts.names), compare: countsFrom(file.counts.compare) };
    this.raw = countsFrom(file.counts.raw);
  }

  get step(): number {
    return this.frames.at(-1)?.step ?? 0;
  }

  get date(): string {
    return this.#file.date;
  }

  get newcomers(): readonly number[] {
    return this.#file.newcomers;
  }

  get tray(): readonly number[] {
    return this.#file.tray.map(({ label }) => label);
  }

  /** The drawing of a newcomer that is registered, or that asks. */
  drawing(label: number, kind: 'plain' | 'query'): number | undefined {
    return this.#file.tray.find((one) => one.label === label)?.[kind];
  }

  /** The most probable names by the classifier. */
  named(label: number): readonly Candidate[] {
    const answer = this.#file.tray.find((one) => one.label === label)?.names ?? [];
    return answer.map(([name, value]) => ({ label: name, value }));
  }

  /** The classes that are most like a newcomer's drawing, among the known ones and the registered newcomers. */
  nearest(label: number, registered: ReadonlySet<number>): readonly Candidate[] {
    const { tray, alike } = this.#file;
    const row = tray.findIndex((one) => one.label === label);
    const known = (tray[row]?.compare ?? []).map(([name, value]) => ({ label: name, value }));
    const newcomers = tray.flatMap((one, column) =>
      registered.has(one.label) ? [{ label: one.label, value: alike[row * tray.length + column] ?? 0 }] : [],
    );
    return [...known, ...newcomers].sort((a, b) => b.value - a.value).slice(0, 3);
  }
}

function setOf({ side, count, domains, names, drawings, pixels }: RecordedFile): PackedDataset {
  const size = side * side;
  const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  const all = new Uint8Array(count * size);
  const labels = new Uint16Array(count).fill(0xffff);
  const domainOf = new Uint8Array(count);
  drawings.forEach(([at, label, face], k) => {
    all.set(bytes.subarray(k * size, (k + 1) * size), at * size);
    [labels[at], domainOf[at]] = [label, face];
  });
  const classes = Array.from(
    { length: 1 + Math.max(...Object.keys(names).map(Number)) },
    (_, label) => names[label] ?? '',
  );
  return {
    // Another name than the whole set's, so that no picture of one is kept as one of the other.
    name: 'hangul-start',
    title: { en: '', ko: '' },
    licence: 'OFL-1.1',
    source: '',
    notice: '',
    type: 'u8',
    count,
    channels: 1,
    height: side,
    width: side,
    classes,
    domains: [...domains],
    pixels: all,
    labels,
    domainOf,
  } as unknown as PackedDataset;
}
