import type { laboratory } from './en/laboratory';
import { byLanguage, type Same } from './languages';

/** Texts of the laboratory, which no figure says. */
export const LABORATORY = byLanguage(
  import.meta.glob<Same<typeof laboratory>>('./*/laboratory.ts', { eager: true, import: 'laboratory' }),
);
