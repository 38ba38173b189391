import { lacks, requirements, type Tool } from './requirements.ts';

/**
 * Says once which tools this machine lacks and which suites are skipped for it.
 * @throws Error with CI set: there a skipped suite would be mistaken for a passed one
 */
export function reportMissingTools(): void {
  const missing = (Object.keys(requirements) as Tool[]).filter(lacks);
  if (missing.length === 0) return;
  const lines = missing.map(tool => `${tool} is not installed; skipped: ${requirements[tool].join(', ')}`);
  if (process.env.CI === 'true') throw new Error(`With CI=true nothing may be skipped.\n${lines.join('\n')}`);
  process.stderr.write(`${lines.join('\n')}\n`);
}
