export { DomainError, type DomainErrorCode } from './errors.ts';
export { LOT_LIMIT, type LotShape, PAGE_SIZE, pageCount, pageLength } from './lot-shape.ts';
export { SecretBytes } from './secret-bytes.ts';
