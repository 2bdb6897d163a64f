import type { report } from './en/report';
import { byLanguage, type Same } from './languages';

/** Texts of the report on a graphics card, which no figure says. */
export const REPORT = byLanguage(
  import.meta.glob<Same<typeof report>>('./*/report.ts', { eager: true, import: 'report' }),
);
