import { projections } from './projections.js';
import { approximate, atScale, distances, neighbours, queries } from './search.js';
import { training } from './training.js';

/** All jobs that are measured in rounds. Small ones come first, because they predict the time of large ones. */
export const jobs = [
  ...training,
  ...distances,
  ...neighbours,
  ...queries,
  ...approximate,
  ...projections,
  ...atScale,
];
