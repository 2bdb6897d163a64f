export { tableFromIPC, setCompressionCodec, CompressionType } from '@uwdata/flechette';
