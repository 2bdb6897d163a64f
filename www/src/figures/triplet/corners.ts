/** The points of a triplet, in the order of their coordinates. */
export const CORNERS = ['anchor', 'positive', 'negative'] as const;
export type Corner = (typeof CORNERS)[number];
