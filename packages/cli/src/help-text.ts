/** What stands below the help of a command. */
export function example(...lines: readonly string[]): string {
  return `\nExample:\n${lines.map(line => `  ${line}`).join('\n')}`;
}
