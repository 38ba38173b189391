/** The line of a program's output that tells why it failed: the last with an error, or else the last. */
export function telling(output: string): string {
  const lines = output.split('\n').map(line => line.trim());
  const fault = lines.findLast(line => /\b(error|FATAL|PANIC):/.test(line));
  return fault ?? lines.findLast(line => line !== '') ?? 'no reason was given';
}
