export { ROLES, type Role, roleSchema, SERVICES, type ServiceName, serviceActor } from './actor.ts';
export { DomainError, type DomainErrorCode } from './errors.ts';
export { EXPORT_FORMATS, type ExportFormat, exportFormatSchema } from './export-format.ts';
export { HOLD_STATES, type HoldState } from './hold.ts';
export { LOT_LIMIT, type LotShape, PAGE_SIZE, pageCount, pageLength } from './lot-shape.ts';
export { type OrderRequest, orderRequestSchema } from './order.ts';
export { nameSchema, oathSchema, type Product, type ProductRequest, productSchema } from './product.ts';
export {
  cut,
  firstGap,
  intersect,
  meetings,
  normalise,
  overlaps,
  type Range,
  rangeSize,
  subtract,
} from './ranges.ts';
export { SERIAL_RESULTS, type SerialResult } from './report.ts';
export {
  defaultTerms,
  type RetentionTerms,
  retentionDaysSchema,
  retentionSchema,
  termsFault,
} from './retention.ts';
export { SecretBytes } from './secret-bytes.ts';
export {
  parseSerial,
  printSerial,
  printSerials,
  SERIAL_DIGITS_LIMIT,
  type SerialPattern,
  type SerialSpace,
  serialsOf,
} from './serials.ts';
export { SHRED_REASONS, SHRED_STATES, type ShredReason, type ShredState } from './shred.ts';
export {
  type Axis,
  assertDeliveryTransition,
  assertLotTransition,
  assertNoObstacle,
  assertReportTransition,
  CUSTODIES,
  type Custody,
  DELIVERY_STATES,
  type DeliveryState,
  LOT_STATES,
  type LotState,
  type Obstacle,
  REPORT_STATES,
  type ReportState,
  SEED_STATES,
  type SeedState,
  sources,
  TRANSITIONS,
} from './transitions.ts';
