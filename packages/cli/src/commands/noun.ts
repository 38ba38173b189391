import type { Command } from 'commander';
import { Invocation } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';

/** Adds the verbs of a noun, or the options of a command that has no verbs. */
export type Define = (command: Command, terminal: Terminal) => void;

/** The invocation of a command that commander has parsed. */
export function invocationOf(terminal: Terminal, command: Command): Invocation {
  return new Invocation(terminal, command.optsWithGlobals());
}
