/** Somebody new, or something new. */
export const VIEWS = ['person', 'thing'] as const;
export type View = (typeof VIEWS)[number];
