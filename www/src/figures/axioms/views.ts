/** The subject of a step of the lesson. */
export const VIEWS = ['number', 'identity', 'symmetry', 'triangle'] as const;
export type AxiomView = (typeof VIEWS)[number];
