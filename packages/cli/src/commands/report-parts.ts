import type { Client } from '../client/client.ts';
import { pathOf } from '../client/path-of.ts';
import { type PartView, partReceived, partView, reportView } from '../client/report-views.ts';
import { uploadOf } from '../client/upload-file.ts';
import { CliError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { bytes } from '../output/figures.ts';
import { Meter } from '../progress/meter.ts';
import { Waiting } from '../progress/waiting.ts';
import { readSignature } from './signature-file.ts';

export interface Parts {
  readonly lot: string;
  readonly files: readonly string[];
  /** Of the one file; undefined looks beside each. */
  readonly signature: string | undefined;
}

interface Sent {
  readonly file: string;
  readonly signature: string;
}

/** Sends the parts of a report and waits until each has been judged; returns them in the order of the files. */
export async function sendParts(
  call: Invocation,
  client: Client,
  { lot, files, signature }: Parts,
): Promise<PartView[]> {
  const parts: Sent[] = [];
  for (const file of files) {
    parts.push({ file, signature: await readSignature(call.terminal, file, signature) });
  }
  await client.get(pathOf('lots', lot, 'report'), reportView); // a refusal should not cost an upload
  const reports: string[] = [];
  for (const part of parts) reports.push(await send(call, client, lot, part));
  const judged: PartView[] = [];
  for (const report of reports) judged.push(await judgement(call, client, lot, report));
  return judged;
}

async function send(
  call: Invocation,
  client: Client,
  lot: string,
  { file, signature }: Sent,
): Promise<string> {
  const meter = new Meter(call.terminal, { say: bytes, name: '' });
  try {
    const headers = { 'content-type': 'text/csv', 'seedlot-signature': signature };
    const body = await uploadOf(call.terminal, meter, file);
    const { report } = await client.upload(pathOf('lots', lot, 'reports'), { headers, body }, partReceived);
    await meter.say(`${file} is ${report}`);
    return report;
  } finally {
    await meter.clear();
  }
}

/** The part once it is judged or refused. */
async function judgement(call: Invocation, client: Client, lot: string, report: string): Promise<PartView> {
  const waiting = new Waiting(call.terminal);
  try {
    for (;;) {
      const part = await client.get(pathOf('reports', report), partView);
      if (part.state !== 'received') return part;
      await waiting.another(`${report} is being read`);
    }
  } catch (fault) {
    throw goesOn(fault, lot, report);
  } finally {
    await waiting.clear();
  }
}

/** Whoever stops looking should know that the part is judged without them. */
function goesOn(fault: unknown, lot: string, report: string): unknown {
  if (!(fault instanceof CliError) || fault.code !== 'interrupted') return fault;
  return new CliError('interrupted', `Interrupted; ${report} is judged all the same`, {
    advice: `Look again with: seedlot lot report ${lot} --part ${report}`,
    cause: fault,
  });
}
