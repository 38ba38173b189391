export { FileMakingError, type FileMakingErrorCode } from './errors.ts';
export { type FileContent, type FileParts, makeFile, type NewFile } from './make-file.ts';
export { sweepLeftovers } from './sweep.ts';
