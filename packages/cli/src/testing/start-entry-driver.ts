import { pathToFileURL } from 'node:url';
import { startEntry } from '../commands/start.ts';

// A process of its own for startEntry, as `seedlot up` is one: `start-entry-driver.ts FILE ARGUMENTS…`.
const [file = '', ...args] = process.argv.slice(2);
process.exitCode = await startEntry(pathToFileURL(file), args);
