export interface DatasetEntry {
  readonly name: string;
  readonly title: Readonly<Record<'en' | 'ko', string>>;
  readonly note: Readonly<Record<'en' | 'ko', string>>;
  /** Size of the packed file. */
  readonly bytes: number;
}

declare const __DATASETS__: readonly DatasetEntry[];

/** The packed data sets, from `data/packed/index.json`. `vite.config.ts` inserts them at build time. */
export const PACKED: readonly DatasetEntry[] = __DATASETS__;
