import { processTerminal } from './process-terminal.ts';
import { run } from './run.ts';

process.exitCode = await run(processTerminal());
