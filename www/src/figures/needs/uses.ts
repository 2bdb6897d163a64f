/** The uses that the lecture names. */
export const USES = ['faces', 'voices', 'products', 'recommendation'] as const;
export type Use = (typeof USES)[number];
