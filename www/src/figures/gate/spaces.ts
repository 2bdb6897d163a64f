/** The rows that are compared: embeddings, or raw pixels. */
export const SPACES = ['compare', 'raw'] as const;
export type Space = (typeof SPACES)[number];
