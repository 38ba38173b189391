import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { Pool, Submittable } from 'pg';
// @ts-expect-error: the package brings no types
import { from } from 'pg-copy-streams';

const copyFrom: (statement: string) => Writable & Submittable = from;

/** What the script finds on its machine: a database, and gpg with both keys. */
export interface ScriptPlace {
  readonly database: Pool;
  readonly gpgHome: string;
  readonly signer: string;
  readonly recipient: string;
}

/**
 * The rival: the script that a vendor would write who has no Seedlot. One stream of CSV goes to gpg, which writes the
 * factory file, and into a table, where the seeds then lie in clear.
 */
export async function runScript(place: ScriptPlace, quantity: number, file: string): Promise<void> {
  const { database } = place;
  await database.query('drop table if exists seeds');
  await database.query('create table seeds (serial text primary key, seed text not null)');
  const csv = stringify({ header: true, columns: ['serial', 'seed'] });
  const written = [encrypt(place, csv, file), copy(database, csv)];
  await Promise.all([pipeline(Readable.from(tokens(quantity)), csv), ...written]);
}

function* tokens(quantity: number): Generator<[string, string]> {
  for (let i = 0; i < quantity; i++) {
    yield [String(9_900_000_000_000 + i), randomBytes(20).toString('hex')];
  }
}

async function copy(database: Pool, csv: Readable): Promise<void> {
  const client = await database.connect();
  try {
    const rows = copyFrom('copy seeds (serial, seed) from stdin with (format csv, header)');
    await finished(csv.pipe(client.query(rows)));
  } finally {
    client.release();
  }
}

async function encrypt(place: ScriptPlace, csv: Readable, file: string): Promise<void> {
  const { gpgHome, signer, recipient } = place;
  const options = ['--homedir', gpgHome, '--batch', '--quiet', '--yes', '--trust-model', 'always'];
  const keys = ['--local-user', signer, '--recipient', recipient];
  const args = [...options, ...keys, '--cipher-algo', 'AES256', '--sign', '--encrypt', '--output', file];
  const gpg = spawn('gpg', args, { stdio: ['pipe', 'ignore', 'inherit'] });
  csv.pipe(gpg.stdin);
  const [code] = await once(gpg, 'exit');
  if (code !== 0) throw new Error(`gpg ended with ${code}`);
}
