export { ErasableError, type ErasableErrorCode } from './errors.ts';
