export { ROLES, type Role, roleSchema, SERVICES, type ServiceName, serviceActor } from './actor.ts';
export { DomainError, type DomainErrorCode } from './errors.ts';
export { LOT_LIMIT, type LotShape, PAGE_SIZE, pageCount, pageLength } from './lot-shape.ts';
export {
  defaultTerms,
  type OrderRequest,
  orderRequestSchema,
  type RetentionTerms,
  retentionSchema,
  termsFault,
} from './order.ts';
export { nameSchema, oathSchema, type Product, productSchema } from './product.ts';
export { firstGap, normalise, type Range, rangeSize, subtract } from './ranges.ts';
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
export {
  type Axis,
  assertLotTransition,
  assertNoObstacle,
  CUSTODIES,
  type Custody,
  LOT_STATES,
  type LotState,
  type Obstacle,
  SEED_STATES,
  type SeedState,
  sources,
  TRANSITIONS,
} from './transitions.ts';
