import type { Language, Same } from '.';
import * as en from './en/live';
import * as ko from './ko/live';

/** Texts of figures that are large and rarely seen: they are fetched with the figure, not with the page. */
export const LIVE: Readonly<Record<Language, Same<typeof en>>> = { en, ko };
