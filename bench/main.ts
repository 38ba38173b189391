import { parseArgs } from 'node:util';
import { run as assign } from './assign.ts';
import { run as exports } from './exports.ts';
import { loadNote, machineNote } from './machine.ts';
import { run as memory } from './memory.ts';
import { run as order } from './order.ts';
import { run as pgp } from './pgp.ts';
import { printTable } from './print-table.ts';
import { run as puncture } from './puncture.ts';
import { run as queue } from './queue.ts';
import { run as report } from './report.ts';
import { FULL, QUICK } from './scale.ts';
import { run as seal } from './seal.ts';
import { run as serials } from './serials.ts';
import { run as shred } from './shred.ts';

const benches = { seal, order, pgp, memory, puncture, queue, report, exports, assign, serials, shred };

const USAGE = `Usage: npm run bench -- [NAME ...] [--quick]

Measures and prints tables: ${Object.keys(benches).join(', ')}. Without a name, all of them.

  --quick  less of everything, to see that it runs

Example: npm run bench -- order memory`;

type Name = keyof typeof benches;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

if (values.help || !positionals.every(isName)) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = values.help ? 0 : 2;
} else {
  const scale = values.quick ? QUICK : FULL;
  process.stdout.write(`${machineNote()}; ${scale.rounds} rounds in alternation\n`);
  for (const name of positionals.length === 0 ? namesOf(benches) : positionals) {
    const before = loadNote();
    const table = await benches[name](scale);
    process.stdout.write(`\n${printTable(table)}\n  (${before} before, ${loadNote()} after)\n`);
  }
}

function isName(text: string): text is Name {
  return Object.hasOwn(benches, text);
}

function namesOf(all: typeof benches): Name[] {
  return Object.keys(all).filter(isName);
}
