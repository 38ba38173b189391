export { SeedFileError, type SeedFileErrorCode } from './errors.ts';
export type { FactoryCsvFormat } from './factory-csv-layout.ts';
export { FactoryCsvReader, type TakeToken } from './factory-csv-reader.ts';
export { FactoryCsvWriter } from './factory-csv-writer.ts';
export type { SeedEncoding } from './seed-encoding.ts';
