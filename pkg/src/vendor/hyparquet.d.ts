export { parquetMetadataAsync, parquetRead, parquetSchema, snappyUncompress } from 'hyparquet';
interface Page {
  readonly num_values?: unknown;
  readonly definition_levels_byte_length?: unknown;
  readonly repetition_levels_byte_length?: unknown;
}
export function parquetHeader(reader: { view: DataView; offset: number }): {
  readonly uncompressed_page_size?: unknown;
  readonly compressed_page_size?: unknown;
  readonly data_page_header?: Page | undefined;
  readonly data_page_header_v2?: Page | undefined;
  readonly dictionary_page_header?: Page | undefined;
};
