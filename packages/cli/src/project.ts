import { fileURLToPath } from 'node:url';

/** The folder of this installation, with no separator at its end. */
export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');
