import { projections } from './projections.js';
import { approximate, atScale, distances, neighbours } from './search.js';
import { training } from './training.js';

/** Every job that is measured in rounds, small ones first: a large one is foreseen from a small one. */
export const jobs = [...training, ...distances, ...neighbours, ...approximate, ...projections, ...atScale];
