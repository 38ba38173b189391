export { SeedFileError, type SeedFileErrorCode } from './errors.ts';
export { ExportCheck } from './export/check.ts';
export {
  assertExpressible,
  DEFAULT_EXPORT_FORMAT,
  EXPORT_FORMATS,
  type ExportFormat,
  type FormatFault,
  formatFault,
} from './export/formats.ts';
export type { FormatLimit } from './export/layout.ts';
export { ExportReader, type TakeRow } from './export/reader.ts';
export type { ExportField, ExportFields, ExportProduct, ExportToken } from './export/token.ts';
export { ExportWriter } from './export/writer.ts';
export type { FactoryCsvFormat } from './factory-csv-layout.ts';
export { FactoryCsvReader, type TakeToken } from './factory-csv-reader.ts';
export { FactoryCsvWriter } from './factory-csv-writer.ts';
export type { SeedEncoding } from './seed-encoding.ts';
