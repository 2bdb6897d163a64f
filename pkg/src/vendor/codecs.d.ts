// Without Brotli, whose dictionary takes 60 kB and which few Parquet files use.
export { decompressLz4, decompressLz4Raw, decompressZstd, gunzip } from 'hyparquet-compressors';
