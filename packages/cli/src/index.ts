export { EXIT } from './exit-codes.ts';
export { run } from './run.ts';
export type { Screen, Terminal } from './terminal.ts';
