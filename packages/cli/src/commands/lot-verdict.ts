import type { Command } from 'commander';
import { pathOf } from '../client/path-of.ts';
import {
  lotLost,
  lotNamed,
  type ReportView,
  reportAccepted,
  reportRefused,
  reportView,
} from '../client/report-views.ts';
import { CliError } from '../errors.ts';
import { example } from '../help-text.ts';
import type { Invocation } from '../invocation.ts';
import { count } from '../output/figures.ts';
import { card } from '../output/table.ts';
import type { Terminal } from '../terminal.ts';
import { addYes, type ConfirmationOptions, confirm } from './confirmation.ts';
import { invocationOf } from './noun.ts';
import { reportFacts } from './report-facts.ts';

/** What ops decides about a lot that is being made. */
export function addVerdicts(command: Command, terminal: Terminal): void {
  addAccept(command, terminal);
  addRefuse(command, terminal);
  addLost(command, terminal);
  addFile(command, terminal);
}

function addAccept(command: Command, terminal: Terminal): void {
  addYes(command.command('accept'))
    .description('Accept the production report of a lot: its serials become burned or scrapped, for good.')
    .argument('<lot>')
    .addHelpText('after', example('$ seedlot lot accept lot-000001', '$ seedlot lot accept lot-000001 --yes'))
    .action(async (lot: string, options: ConfirmationOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      const client = await call.client();
      const report = await client.get(pathOf('lots', lot, 'report'), reportView);
      await tell(call, report);
      assertAcceptable(report);
      await confirm(call, options, {
        what: `The report of ${report.lot} is accepted for good.`,
        word: 'yes',
      });
      const done = await client.post(pathOf('lots', lot, 'report', 'accept'), {}, reportAccepted);
      await call.say(`${done.lot} is made: ${count(done.burned)} burned, ${count(done.scrapped)} scrapped`);
      if (call.json) await call.printJson(done);
    });
}

/** The report as talk: what a person needs to see before they answer. */
async function tell(call: Invocation, report: ReportView): Promise<void> {
  for (const line of card(call.terminal.stderr, reportFacts, report))
    await call.terminal.stderr.write(`${line}\n`);
}

/** As the server would refuse it, without the risk that it no longer does before anybody was asked. */
function assertAcceptable({ hindrance }: ReportView): void {
  if (hindrance === null) return;
  const { code, message } = hindrance;
  throw new CliError('request_refused', message, {
    problem: { type: 'about:blank', title: message, status: 409, detail: message, code },
  });
}

function addRefuse(command: Command, terminal: Terminal): void {
  addYes(command.command('refuse'))
    .description('Throw away the parts of a report that nobody has accepted; the factory sends it anew.')
    .argument('<lot>')
    .addHelpText('after', example('$ seedlot lot refuse lot-000001'))
    .action(async (lot: string, options: ConfirmationOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      const client = await call.client();
      await confirm(call, options, {
        what: `Every part of the report of ${lot} is thrown away.`,
        word: 'yes',
      });
      const done = await client.post(pathOf('lots', lot, 'report', 'refuse'), {}, reportRefused);
      await call.say(
        `Thrown away of ${done.lot}: ${done.refused.join(', ') || 'nothing, no part was there'}`,
      );
      if (call.json) await call.printJson(done);
    });
}

interface LostOptions extends ConfirmationOptions {
  readonly reason: string;
}

function addLost(command: Command, terminal: Terminal): void {
  addYes(command.command('lost'))
    .description('Declare the tokens of a lot lost: none of its serials is ever delivered.')
    .argument('<lot>')
    .requiredOption('--reason <text>', 'why, for the records: no names of people')
    .addHelpText('after', example('$ seedlot lot lost lot-000001 --reason "the ship went down"'))
    .action(async (lot: string, options: LostOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      const client = await call.client();
      await confirm(call, options, {
        what: `${lot} is lost for good; no serial of it comes back.`,
        word: lot,
      });
      const { reason } = options;
      const done = await client.post(pathOf('lots', lot, 'lost'), { reason }, lotLost);
      await call.say(`${done.lot} is lost, with ${count(done.quantity)} serials`);
      if (call.json) await call.printJson(done);
    });
}

function addFile(command: Command, terminal: Terminal): void {
  command
    .command('file')
    .description(
      'Have the factory file of a lot made again, for the newest key of its factory. The file before it opens no more.',
    )
    .argument('<lot>')
    .requiredOption('--again', 'make it again: it was lost, or the key of the factory was replaced')
    .addHelpText('after', example('$ seedlot lot file lot-000001 --again'))
    .action(async (lot: string, _options: object, self: Command) => {
      const call = invocationOf(terminal, self);
      const done = await (await call.client()).post(pathOf('lots', lot, 'file', 'again'), {}, lotNamed);
      await call.say(`The factory file of ${done.lot} is being made again`);
      await call.say(`Follow it with: seedlot lot show ${done.lot} --watch`);
      if (call.json) await call.printJson(done);
    });
}
