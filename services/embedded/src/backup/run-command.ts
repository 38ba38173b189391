import { type Lifetime, runService } from '@seedlot/service-kit';
import { type BackupArguments, parseBackupArguments } from './arguments.ts';

export interface BackupCommand<Result> {
  readonly name: string;
  readonly needsFolder: boolean;
  /** `tell` prints a line about the progress. */
  readonly run: (life: Lifetime, args: BackupArguments, tell: (line: string) => void) => Promise<Result>;
  /** The result as lines for people. */
  readonly print: (result: Result) => readonly string[];
}

/** Runs one of the commands around backups to its end: progress on standard error, the result on standard output. */
export function runCommand<Result>({ name, needsFolder, run, print }: BackupCommand<Result>): void {
  runService({ name }, async life => {
    const args = parseBackupArguments(process.argv.slice(2), process.env, needsFolder);
    const result = await run(life, args, line => process.stderr.write(`${line}\n`));
    const lines = args.json ? [JSON.stringify(result)] : print(result);
    process.stdout.write(lines.map(line => `${line}\n`).join(''));
    return 'done';
  });
}
