import { EXIT_CODES, exitKind } from './exit-codes.ts';
import { faultLine } from './fault-line.ts';
import { Lifetime } from './lifetime.ts';

export interface RunSettings {
  /** What stands before a line on standard error. */
  readonly name: string;
  /** Milliseconds that all parts together may take to stop; 20,000 where left out. */
  readonly stopWithinMs?: number;
}

/**
 * Runs a process from its start to its exit. `main` opens and starts parts on the lifetime it is given, and returns;
 * the process then runs until SIGINT or SIGTERM, stops its parts in reverse order and exits with 0. A `main` that returns
 * 'done' has finished a task: the parts are stopped at once.
 *
 * A failure ends it with one line on standard error and the exit code of its kind (see EXIT_CODES): of `main`, of a stop,
 * of a stop that takes too long, and of anything uncaught, which is never survived, since nobody knows what it has left
 * half done. A second signal exits at once.
 */
export function runService(
  { name, stopWithinMs = 20_000 }: RunSettings,
  main: (life: Lifetime) => Promise<undefined | 'done'>,
): void {
  const life = new Lifetime();

  function die(error: unknown): never {
    process.stderr.write(`${name}: ${faultLine(error)}\n`);
    process.exit(EXIT_CODES[exitKind(error)]);
  }

  function end(): Promise<never> {
    return life.end(stopWithinMs, start).then(() => process.exit(EXIT_CODES.ok), die);
  }

  /** What `main` had started is stopped, but the first error is the one to tell. */
  function fail(error: unknown): Promise<never> {
    return life.end(stopWithinMs).then(
      () => die(error),
      () => die(error),
    );
  }

  const onSignal = () => (life.signal.aborted ? process.exit(EXIT_CODES.interrupted) : void end());
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  process.on('uncaughtException', die).on('unhandledRejection', die);
  const start = main(life);
  start.then(
    outcome => (outcome === 'done' && !life.signal.aborted ? end() : undefined),
    error => (life.signal.aborted ? undefined : fail(error)),
  );
}
