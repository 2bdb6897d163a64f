export { tableFromIPC, setCompressionCodec, CompressionType, Type } from '@uwdata/flechette';
