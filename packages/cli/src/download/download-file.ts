import path from 'node:path';
import type { Client } from '../client/client.ts';
import { CliError } from '../errors.ts';
import { bytes } from '../output/figures.ts';
import type { Meter } from '../progress/meter.ts';
import type { Terminal } from '../terminal.ts';
import { assertNameable, PartFile } from './part-file.ts';
import { ScreenSink } from './screen-sink.ts';
import { transfer } from './transfer.ts';

export interface DownloadRequest {
  /** The API's path of the file. */
  readonly from: string;
  /** What it is of, as the progress names it. */
  readonly label: string;
  /** A path; `-` for stdout. */
  readonly out: string;
  /** Replaces an existing file. */
  readonly force: boolean;
}

export interface Downloaded {
  /** Absolute path; `-` for stdout. */
  readonly path: string;
  readonly size: number;
  /** Of the encrypted file, 64 hex digits. */
  readonly sha256: string;
}

/** Fetches an encrypted file. It appears under its name complete and checked, or not at all. */
export async function downloadFile(
  client: Client,
  terminal: Terminal,
  meter: Meter,
  { from, label, out, force }: DownloadRequest,
): Promise<Downloaded> {
  const fetching = { path: from, label };
  if (out === '-') {
    const sink = new ScreenSink(terminal.stdout);
    const sha256 = await transfer(client, terminal, meter, { ...fetching, sink });
    return { path: out, size: sink.size, sha256 };
  }
  const target = path.resolve(terminal.folder, out);
  await assertNameable(target, force);
  await using part = await PartFile.open(target);
  const sha256 = await transfer(client, terminal, meter, { ...fetching, sink: part }).catch(fault =>
    leave(part, fault),
  );
  await part.complete(force);
  return { path: target, size: part.size, sha256 };
}

/** A part that can be gone on with stays; an empty or damaged one goes. */
async function leave(part: PartFile, fault: unknown): Promise<never> {
  const damaged = fault instanceof CliError && fault.code === 'download_damaged';
  if (part.size === 0 || damaged) {
    await part.discard();
    throw fault;
  }
  if (!(fault instanceof CliError) || !['connection_lost', 'interrupted'].includes(fault.code)) throw fault;
  throw new CliError(fault.code, fault.message, {
    advice: `${bytes(part.size)} are kept; the same command goes on from there`,
    cause: fault,
  });
}
