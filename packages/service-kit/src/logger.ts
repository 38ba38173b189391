import pino from 'pino';
import { type Clock, systemClock } from './clock.ts';
import { loggable } from './loggable.ts';

export type Log = pino.Logger;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LoggerOptions {
  /** The process, in every line. */
  readonly service: string;
  readonly level?: LogLevel;
  /** Where lines go; standard output where left out. */
  readonly destination?: { write(line: string): void };
  readonly clock?: Clock;
}

/**
 * Logs one JSON object a line: `logger.info({ lot, pages }, 'sealed')`, errors as `{ err }`. Every argument passes
 * `loggable` first, so that no bytes and no named secret are printed, whatever a caller hands in. Lines are written
 * before the call returns: the last one of a dying process is not lost.
 */
export function createLogger({
  service,
  level = 'info',
  destination,
  clock = systemClock,
}: LoggerOptions): Log {
  const options: pino.LoggerOptions = {
    level,
    base: { service },
    timestamp: () => `,"time":"${clock.now().toISOString()}"`,
    formatters: {
      level: label => ({ level: label }),
    },
    // pino's own would copy every property of an error.
    serializers: { err: value => value },
    hooks: {
      logMethod(args, method) {
        const safe = args.map(argument => loggableArgument(argument));
        Reflect.apply(method, this, safe);
      },
    },
  };
  const log = pino(options, destination ?? pino.destination({ fd: 1, sync: true }));
  guardChildren(log);
  return log;
}

/** pino formats the bindings of the first logger only; children inherit this. */
function guardChildren(log: Log): void {
  const { child } = log;
  Object.assign(log, {
    child(this: Log, bindings: pino.Bindings, options?: pino.ChildLoggerOptions) {
      return Reflect.apply(child, this, [{ ...Object(loggableArgument(bindings)) }, options]);
    },
  });
}

/** pino takes an Error as first argument for `{ err }`. What cannot even be looked at must not end the caller either. */
function loggableArgument(argument: unknown): unknown {
  try {
    return argument instanceof Error ? { err: loggable(argument) } : loggable(argument);
  } catch {
    return '[unloggable]';
  }
}
