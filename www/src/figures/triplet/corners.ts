/** The points of a triplet, in the order of their coordinates. */
export const CORNERS = ['anchor', 'positive', 'negative'] as const;
export type Corner = (typeof CORNERS)[number];
/** Bounds of the plane's margin. */
export const MARGIN = { least: 0.05, most: 1, step: 0.05 } as const;
