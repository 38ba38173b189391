export { type Api, createApi } from './api.ts';
export type { ApiParts } from './door.ts';
export { ApiError, type ApiErrorCode } from './errors.ts';
