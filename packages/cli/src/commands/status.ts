import type { Command } from 'commander';
import type { Client } from '../client/client.ts';
import { Persistence } from '../client/persistence.ts';
import { type StatusView, statusView } from '../client/status-view.ts';
import { EXIT } from '../exit-codes.ts';
import { example } from '../help-text.ts';
import type { Invocation } from '../invocation.ts';
import { Repainting } from '../output/repaint.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';
import { statusPage } from './status-page.ts';
import { lateRows } from './status-rows.ts';

/** Milliseconds between two looks. */
const LOOK_EVERY = 2000;

/** `ended` is told whether something is late. */
export function define(command: Command, terminal: Terminal, ended: (code: number) => void): void {
  command
    .option('--watch', 'look every 2 seconds until Ctrl-C; into a file or pipe: only what changes')
    .addHelpText(
      'after',
      `\nExits with ${EXIT.late} when something is late; --watch, ended by Ctrl-C, with 0.`,
    )
    .addHelpText('after', example('$ seedlot status --watch'))
    .action(async ({ watch }: { watch?: boolean }, self: Command) => {
      const call = invocationOf(terminal, self);
      const client = await call.client();
      if (watch) return follow(call, client);
      const status = await look(client);
      await (call.json ? call.printJson(status) : call.printLines(statusPage(terminal.stdout, status)));
      ended(lateRows(status).length === 0 ? EXIT.ok : EXIT.late);
    });
}

function look(client: Client): Promise<StatusView> {
  return client.get('v1/status', statusView);
}

/** Ctrl-C is how a person ends it, so it is no interruption. */
async function follow(call: Invocation, client: Client): Promise<void> {
  const { terminal } = call;
  const isPainted = terminal.stdout.columns !== null && !call.json;
  try {
    await (isPainted ? repaint(call, client) : tellChanges(call, client));
  } catch (fault) {
    if (terminal.interrupted.reason !== 'SIGINT') throw fault;
  }
}

async function repaint(call: Invocation, client: Client): Promise<void> {
  const { stdout } = call.terminal;
  await using page = new Repainting(stdout);
  for await (const status of looks(call, client)) await page.paint(statusPage(stdout, status));
}

/** A line of JSON, or a page and an empty line, whenever anything but the time is another. */
async function tellChanges(call: Invocation, client: Client): Promise<void> {
  let told = '';
  for await (const status of looks(call, client)) {
    const now = JSON.stringify(withoutTimes(status));
    if (now === told) continue;
    told = now;
    await (call.json
      ? call.printJsonLine(status)
      : call.printLines([...statusPage(call.terminal.stdout, status), '']));
  }
}

/** Looks now and then, over a restart of the server, until the command is stopped. */
async function* looks(call: Invocation, client: Client): AsyncGenerator<StatusView> {
  const persistence = new Persistence(call.terminal, text => call.say(text));
  for (;;) {
    try {
      const status = await look(client);
      persistence.progress();
      yield status;
    } catch (fault) {
      await persistence.again(fault);
      continue;
    }
    await call.terminal.pause(LOOK_EVERY);
  }
}

/** What changes though nothing happens. */
function withoutTimes({ workers, at: _, ...status }: StatusView): unknown {
  return { ...status, workers: workers.map(({ seenAt: __, ...worker }) => worker) };
}
