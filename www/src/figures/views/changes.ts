/** The changes that turn a picture into a view. */
export const CHANGES = ['shift', 'rotate', 'crop', 'noise', 'erase', 'flip'] as const;
export type Change = (typeof CHANGES)[number];
