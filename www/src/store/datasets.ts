import type { Language } from '../words/languages';

/** A text of a recipe. Where a language is missing, English stands for it. */
export type Translated = Readonly<Partial<Record<Language, string>> & { en: string }>;

export interface DatasetEntry {
  readonly name: string;
  readonly title: Translated;
  readonly note: Translated;
  /** Size of the packed file. */
  readonly bytes: number;
}

declare const __DATASETS__: readonly DatasetEntry[];

/** The packed data sets, from `data/packed/index.json`. `vite.config.ts` inserts them at build time. */
export const PACKED: readonly DatasetEntry[] = __DATASETS__;
