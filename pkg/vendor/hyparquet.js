export { parquetMetadataAsync, parquetRead, parquetSchema, snappyUncompress } from 'hyparquet';
// By its path: the package does not export it, and pages are checked before they are read.
export { parquetHeader } from '../../node_modules/hyparquet/src/column.js';
