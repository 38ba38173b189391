/** Said to a client that came too early: true of every start. */
const TO_CLIENTS = /FATAL: {2}the database system is /;

/** The line of a program's output that tells why it failed: the last with an error, or else the last. */
export function telling(output: string): string {
  const lines = output.split('\n').filter(line => !TO_CLIENTS.test(line));
  const fault = lines.findLast(line => /\b(error|FATAL|PANIC):/.test(line));
  const last = fault ?? lines.findLast(line => line.trim() !== '');
  return last?.trim() ?? 'no reason was given';
}
