import { blocksOf } from './page.ts';
import type { Reader } from './reader.ts';

/** How a reader without the command line does what others do with it. */
export type Route = 'cli' | 'curl';

/** What the page has for an example, and what it is here. */
export type Facts = Readonly<Record<string, string>>;

export interface Script {
  readonly page: string;
  readonly route: Route;
  /** What happens elsewhere before the first command of a section; it may make further facts known. */
  readonly before: Readonly<Record<string, () => Promise<Facts>>>;
}

/** Runs all commands of a page for Linux, in their order. Returns what they said, by section. */
export async function play(
  reader: Reader,
  { page, route, before }: Script,
): Promise<ReadonlyMap<string, string>> {
  const said = new Map<string, string>();
  const waiting = new Map(Object.entries(before));
  let facts: Facts = {};
  for (const { section, info, text, line } of blocksOf(page)) {
    if (info !== 'sh' && info !== `sh ${route}`) continue;
    facts = { ...facts, ...(await waiting.get(section)?.()) };
    waiting.delete(section);
    const output = await reader.run(withFacts(text, facts)).catch(cause => {
      throw new Error(`the commands at docs/${page}:${line} fail`, { cause });
    });
    said.set(section, (said.get(section) ?? '') + output);
  }
  if (waiting.size > 0) throw new Error(`no commands in: ${[...waiting.keys()].join(', ')}`);
  return said;
}

function withFacts(text: string, facts: Facts): string {
  return Object.entries(facts).reduce((done, [example, real]) => done.replaceAll(example, real), text);
}
