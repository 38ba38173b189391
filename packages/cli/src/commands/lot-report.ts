import type { Command } from 'commander';
import type { Client } from '../client/client.ts';
import { pathOf } from '../client/path-of.ts';
import { type PartView, partView, reportView } from '../client/report-views.ts';
import { CliError } from '../errors.ts';
import { example } from '../help-text.ts';
import type { Invocation } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';
import { partColumns, partFacts, reportFacts } from './report-facts.ts';
import { sendParts } from './report-parts.ts';
import { printVerdicts } from './report-verdicts.ts';

interface ReportOptions {
  readonly signature?: string;
  readonly part?: string;
}

export function addReport(command: Command, terminal: Terminal): void {
  command
    .command('report')
    .description(
      'Send a production report, whole or in parts, as the factory, and print what became of it; or, without a ' +
        'file, show how far the report of the lot is. The same bytes sent again are the same part.',
    )
    .argument('<lot>')
    .argument('[csv...]', 'lot,serial,result[,otp,next_otp,time,counter], each signed on its own')
    .option('--signature <file>', 'the detached signature of the one file (default: FILE.asc, .sig or .gpg)')
    .option('--part <report>', 'show a part that was sent, and every fault of it')
    .addHelpText(
      'after',
      example(
        '$ seedlot lot report lot-000001 burned.csv --signature burned.csv.asc',
        '$ seedlot lot report lot-000001',
        '$ seedlot lot report lot-000001 --part report-000001',
      ),
    )
    .action(async (lot: string, files: readonly string[], options: ReportOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      if (files.length > 0) return send(call, lot, files, options);
      if (options.signature !== undefined) throw new CliError('usage', 'A --signature goes with its file');
      const client = await call.client();
      await (options.part === undefined
        ? showReport(call, client, lot)
        : showPart(call, client, options.part));
    });
}

async function send(
  call: Invocation,
  lot: string,
  files: readonly string[],
  { signature, part }: ReportOptions,
): Promise<void> {
  if (part !== undefined) throw new CliError('usage', '--part shows what was sent; it takes no file');
  if (signature !== undefined && files.length > 1) {
    throw new CliError('usage', 'A --signature is of one file', {
      advice: 'Put the signatures beside the files: FILE.asc, FILE.sig or FILE.gpg',
    });
  }
  const client = await call.client();
  const parts = await sendParts(call, client, { lot, files, signature });
  await printVerdicts(call, parts);
  const refused = parts.filter(({ state }) => state === 'refused');
  if (refused.length > 0) throw refusal(refused, parts.length);
}

async function showReport(call: Invocation, client: Client, lot: string): Promise<void> {
  const report = await client.get(pathOf('lots', lot, 'report'), reportView);
  await call.printItem(report, reportFacts);
  if (call.json) return;
  await call.printText('');
  await call.printItems(report.parts, partColumns, 'No part has come yet');
}

async function showPart(call: Invocation, client: Client, id: string): Promise<void> {
  const part = await client.get(pathOf('reports', id), partView);
  await (call.json ? call.printJson(part) : call.printItem(part, partFacts));
  if (!call.json && part.faults.length > 0) await printVerdicts(call, [part]);
}

function refusal(refused: readonly PartView[], sent: number): CliError {
  const faults = refused.reduce((sum, { faultCount }) => sum + faultCount, 0);
  const what = sent === 1 ? 'The report was refused' : `${refused.length} of ${sent} parts were refused`;
  const found = faults === 1 ? '1 fault' : `${faults} faults`;
  return new CliError('report_refused', `${what} for ${found}, and nothing has changed`, {
    advice: 'Correct the lines, sign the file anew and send it again',
  });
}
