import { ObjectStoreError } from './errors.ts';

const NAME_LIMIT = 900;
const SEGMENT_LIMIT = 200;
const SEGMENT = /^[a-z0-9._-]+$/;
const DOTS_ONLY = /^\.+$/;

/**
 * Throws 'object_name_invalid' unless `name` is one to many segments of [a-z0-9._-] joined by '/', none of them only
 * dots, each of at most 200 characters, at most 900 together (S3 allows 1,024 with the adapter's own prefix, file
 * systems 255 a segment). Names may be attacker-controlled: this is the check that keeps them inside the store.
 */
export function assertObjectName(name: string): void {
  if (!isObjectName(name)) throw invalid('object name', name);
}

export function isObjectName(name: string): boolean {
  return name.length <= NAME_LIMIT && name.split('/').every(isSegment);
}

/** Throws 'object_name_invalid' unless `prefix` is the beginning of a possible name, or empty. */
export function assertObjectPrefix(prefix: string): void {
  const segments = prefix.split('/');
  const last = segments.pop() ?? '';
  const lastFits = last === '' || (SEGMENT.test(last) && last.length <= SEGMENT_LIMIT);
  if (prefix.length > NAME_LIMIT || !lastFits || !segments.every(isSegment)) throw invalid('prefix', prefix);
}

function isSegment(segment: string): boolean {
  return SEGMENT.test(segment) && !DOTS_ONLY.test(segment) && segment.length <= SEGMENT_LIMIT;
}

function invalid(what: string, text: string): ObjectStoreError {
  return new ObjectStoreError('object_name_invalid', `not a valid ${what} (${text.length} characters)`);
}
