import { lacks, type Tool } from './requirements.ts';

/**
 * Says once which tools this machine lacks and which suites are skipped for it.
 * @param suites those that need each tool
 * @throws Error with CI set: there a skipped suite would be mistaken for a passed one
 */
export function reportMissingTools(suites: Readonly<Record<Tool, readonly string[]>>): void {
  const missing = (Object.keys(suites) as Tool[]).filter(tool => suites[tool].length > 0 && lacks(tool));
  if (missing.length === 0) return;
  const lines = missing.map(tool => `${tool} is not installed; skipped: ${suites[tool].join(', ')}`);
  if (process.env.CI === 'true') throw new Error(`With CI=true nothing may be skipped.\n${lines.join('\n')}`);
  process.stderr.write(`${lines.join('\n')}\n`);
}
