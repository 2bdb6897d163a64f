/** What may happen to a picture on the way to a view. */
export const CHANGES = ['shift', 'rotate', 'crop', 'noise', 'erase', 'flip'] as const;
export type Change = (typeof CHANGES)[number];
