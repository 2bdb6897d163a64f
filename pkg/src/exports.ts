// Every entry point exports these, and a `createLab` of its own.
export { ERROR_CODES, MetricLabError, type ErrorCode } from './errors.js';
export type { PackedHeader } from './header.js';
export { DEFAULT_LIMIT, decompress, fetchPacked, type LoadOptions, type LoadProgress } from './load.js';
export { readPacked, sampleRgba, type PackedDataset } from './packed.js';
export { storedGalleries } from './gallery-store.js';
export type * from './gallery-types.js';
export type * from './towers-types.js';
export { CATALOGUE, GROUPS } from './generated/catalogue.js';
export * from './types.js';
export { VERSION } from './version.js';
