/** What a step of the lesson is about. */
export const VIEWS = ['number', 'identity', 'symmetry', 'triangle'] as const;
export type AxiomView = (typeof VIEWS)[number];
