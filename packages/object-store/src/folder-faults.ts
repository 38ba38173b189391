import { ObjectStoreError, type ObjectStoreErrorCode } from './errors.ts';

/** EFBIG is a limit of the process or of the file system on one file: no room, too. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** What O_NOFOLLOW answers. */
const SYMBOLIC_LINK = 'ELOOP';

/** The system's name of an error (`ENOENT`), undefined for an error that is not the system's. */
export function errno(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a fault of the file system means to the caller of a store. Any other error passes unchanged. */
export function folderFault(error: unknown, name: string): unknown {
  const code = errno(error);
  if (code === undefined) return error;
  return new ObjectStoreError(meaning(code), `${name}: the folder answered ${code}`, { cause: error });
}

function meaning(code: string): ObjectStoreErrorCode {
  if (FULL.has(code)) return 'store_full';
  return code === SYMBOLIC_LINK ? 'store_tampered' : 'store_unreachable';
}
