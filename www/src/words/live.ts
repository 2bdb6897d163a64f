import type * as en from './en/live';
import { byLanguage, type Same } from './languages';

/** Texts of figures that are large and rarely seen: they are fetched with the figure, not with the page. */
export const LIVE = byLanguage(import.meta.glob<Same<typeof en>>('./*/live.ts', { eager: true }));
