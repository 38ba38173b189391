import { ApiError } from '../errors.ts';

/** What fastify itself refuses, in our words: its messages repeat what the client sent. */
const REFUSALS: Readonly<Record<string, () => ApiError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new ApiError('body_too_large', 'The body is longer than this request may have'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new ApiError('content_type_unsupported', 'Send the body as application/json'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new ApiError('body_malformed', 'The body is not as long as its Content-Length says'),
  FST_ERR_BAD_URL: () => new ApiError('request_malformed', 'The path has a broken percent-encoding'),
  FST_ERR_MAX_PARAM_LENGTH: () => new ApiError('route_unknown', 'There is nothing at this path'),
};

/** The refusal of ours that stands for an error of fastify's, or the error itself. */
export function inOurWords(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REFUSALS[code]?.() ?? error;
}
