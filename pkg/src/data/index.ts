/**
 * metriclab/data: samples from arrays and files, files from embeddings. It needs no lab, and what a format needs is
 * fetched when it is first used.
 *
 * @packageDocumentation
 */
import { fromBags, fromImages, fromSequences, fromVectors } from './from-arrays.js';
import { fromImageFiles, fromSoundFiles } from './from-files.js';

export { ERROR_CODES, MetricLabError, type ErrorCode } from '../errors.js';
export type { Bag, BagOptions, PictureOptions, Pixels, Rows, SequenceOptions } from './from-arrays.js';
export type { ImageFileOptions, SoundFileOptions } from './from-files.js';
export type { Files, NamedFile } from './files.js';
export { inspect, type InspectOptions } from './inspect.js';
export type { Labels } from './labels.js';
export { SOUND_RATE, logMel, type LogMel } from './log-mel.js';
export { soundSeconds } from './sound-length.js';
export type { Choices, ColumnSummary, LeftOut, Note, Preview } from './preview.js';
export type { SampleOptions, Samples } from './samples.js';
export { weightsOf } from './weights.js';
export { READ_LIMIT, type DataProgress, type ReadOptions } from './work.js';
export { exportScript, type ScriptOptions, type ScriptTarget } from './scripts.js';
export { reportCsv, reportJson } from './report-writers.js';
export {
  embeddingsOf,
  toCsv,
  toJsonl,
  toNpy,
  toNpz,
  toParquet,
  toProjector,
  type Embeddings,
  type GalleryEntry,
  type LabelledEmbeddings,
} from './writers.js';

/** Makes samples; `toBlob()` of them is what `Lab.loadDataset` takes. `fromBags` gives `{ set, items }`, the others the samples. */
export const samples = {
  fromVectors,
  fromImages,
  fromBags,
  fromSequences,
  fromImageFiles,
  fromSoundFiles,
} as const;
