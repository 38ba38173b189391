export { createDatabase, transaction } from './database.ts';
export { DatabaseError, type DatabaseErrorCode } from './errors.ts';
export { migrate } from './migrate.ts';
export { createPool, databaseUrl, type PoolOptions, type ServerAddress } from './pool.ts';
export { grantLogin, type ServiceRole, serviceRoles } from './roles.ts';
export type { Tables } from './tables.ts';
export {
  isSerializationFailure,
  type Violation,
  type ViolationKind,
  violates,
  violation,
} from './violations.ts';
