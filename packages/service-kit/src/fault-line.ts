import { withoutCredentials } from './credentials.ts';

/**
 * One line for people: what failed, and why as far as it is known. An error without a code is a defect of ours, so the
 * place where it arose is added.
 */
export function faultLine(error: unknown): string {
  if (!(error instanceof Error)) return `something that is no error was thrown: ${typeof error}`;
  const code = 'code' in error ? String(error.code) : '';
  const what = code === '' ? `${error.name}: ${error.message}${place(error)}` : `${error.message} [${code}]`;
  return withoutCredentials([what, ...causes(error)].join(': ')).replace(/\s+/g, ' ');
}

/** Those that add something: also what ends causes that go in a circle. */
function causes(error: Error, told = error.message): string[] {
  const inner = error.cause instanceof AggregateError ? error.cause.errors[0] : error.cause;
  if (!(inner instanceof Error) || told.includes(inner.message)) return [];
  return [inner.message, ...causes(inner, `${told} ${inner.message}`)];
}

function place(error: Error): string {
  const frame = error.stack?.split('\n').find(line => /^\s+at /.test(line));
  return frame === undefined ? '' : ` (${frame.trim()})`;
}
