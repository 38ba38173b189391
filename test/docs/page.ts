import { readProjectFile } from '../architecture/project.ts';

/** One fenced block of a page. */
export interface Block {
  /** The section that it stands in: the nearest heading of the second level above it. */
  readonly section: string;
  /** What stands behind the fence: `sh`, `sh curl`, `csv totp-report`. */
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

/** The fenced blocks of a page of `docs`, from top to bottom. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let section = '';
  let open: { info: string; line: number; lines: string[] } | null = null;
  for (const [index, line] of readProjectFile(`docs/${page}`).split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line)?.[1];
    if (open !== null && fence === undefined) open.lines.push(line);
    else if (open !== null) {
      blocks.push({ section, info: open.info, line: open.line, text: `${open.lines.join('\n')}\n` });
      open = null;
    } else if (fence !== undefined) open = { info: fence, line: index + 1, lines: [] };
    else section = /^## (.*)$/.exec(line)?.[1] ?? section;
  }
  return blocks;
}

/** The one block of a page with this info. */
export function blockOf(page: string, info: string): string {
  const [block, ...others] = blocksOf(page).filter(one => one.info === info);
  if (block === undefined || others.length > 0) throw new Error(`${page} needs one block ${info}`);
  return block.text;
}
