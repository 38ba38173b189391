import { Client } from './client/client.ts';
import { plain, plainJson, plainJsonLine, plainLines } from './output/plain.ts';
import { card, type Field, table } from './output/table.ts';
import { findServer } from './server-address.ts';
import type { Screen, Terminal } from './terminal.ts';
import { findToken } from './token.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly server?: string;
  readonly tokenFile?: string;
  readonly json?: boolean;
}

/** Milliseconds without a byte after which a connection is given up; the API sends a heartbeat far more often. */
const SILENCE = 60_000;

/** One command as it runs: the terminal it runs in, and what its options say for all commands alike. */
export class Invocation {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly #options: GlobalOptions;

  constructor(terminal: Terminal, options: GlobalOptions) {
    this.terminal = terminal;
    this.json = options.json === true;
    this.#options = options;
  }

  async client(): Promise<Client> {
    const { terminal } = this;
    const server = await findServer(terminal, this.#options.server);
    const token = await findToken(terminal, this.#options.tokenFile);
    const { interrupted } = terminal;
    return new Client({ server, token, interrupted, silence: SILENCE }, terminal, text => this.say(text));
  }

  /** Data: the item as JSON, or as a card. */
  printItem<Item>(item: Item, fields: readonly Field<Item>[]): Promise<void> {
    if (this.json) return this.printJson(item);
    return writeLines(this.terminal.stdout, card(this.terminal.stdout, fields, item));
  }

  /** Data: a JSON array, or a table; of nothing at all, the talk says so. */
  async printItems<Item>(
    items: readonly Item[],
    fields: readonly Field<Item>[],
    none: string,
  ): Promise<void> {
    if (this.json) return this.printJson(items);
    if (items.length === 0) return this.say(none);
    await writeLines(this.terminal.stdout, table(this.terminal.stdout, fields, items));
  }

  printJson(value: unknown): Promise<void> {
    return writeLines(this.terminal.stdout, [plainJson(value)]);
  }

  /** Data: one of many documents, a line each. */
  printJsonLine(value: unknown): Promise<void> {
    return writeLines(this.terminal.stdout, [plainJsonLine(value)]);
  }

  /** Data: lines that are printable and styled for this screen already. */
  printLines(lines: readonly string[]): Promise<void> {
    return writeLines(this.terminal.stdout, lines);
  }

  /** Data: text as it is, made printable. */
  printText(text: string): Promise<void> {
    return writeLines(this.terminal.stdout, [plainLines(text)]);
  }

  /** Talk: one line for the person. */
  say(text: string): Promise<void> {
    return writeLines(this.terminal.stderr, [plain(text)]);
  }
}

function writeLines(screen: Screen, lines: readonly string[]): Promise<void> {
  return screen.write(lines.map(line => `${line}\n`).join(''));
}
