import { join } from 'node:path';
import { createPool, databaseUrl } from '@seedlot/database';
import { startPostgres } from '@seedlot/embedded/postgres';
import { Gpg } from './gpg.ts';
import { inAlternation, milliseconds, ratios, spread, type Table } from './rounds.ts';
import type { Scale } from './scale.ts';
import { SeedlotServer } from './seedlot-server.ts';
import { runScript } from './vendor-script.ts';

/** From the order to the stored factory file, against the script of a vendor without Seedlot; each has its own PostgreSQL. */
export async function run({ rounds, quantity }: Scale): Promise<Table> {
  await using gpg = await Gpg.create();
  const signer = await gpg.makeKey('Vendor', 'nistp256');
  const recipient = await gpg.makeKey('Factory', 'rsa3072', 'rsa3072');
  await using seedlot = await SeedlotServer.start(await gpg.publicKey(recipient));
  await using rival = new AsyncDisposableStack();
  const postgres = await startPostgres({ folder: join(gpg.folder, 'postgres') });
  rival.defer(() => postgres.stop());
  const database = createPool({ url: databaseUrl(postgres, 'postgres'), applicationName: 'script', max: 1 });
  rival.defer(() => database.end());
  const place = { database, gpgHome: gpg.folder, signer, recipient };
  const results = await inAlternation(
    {
      seedlot: () => milliseconds(() => seedlot.makeLot(quantity)),
      script: () => milliseconds(() => runScript(place, quantity, join(gpg.folder, 'lot.csv.gpg'))),
    },
    rounds,
  );
  return tableOf(quantity, results);
}

function tableOf(quantity: number, results: ReadonlyMap<string, readonly number[]>): Table {
  const [seedlot, script] = [results.get('seedlot'), results.get('script')];
  return {
    title: `Order placed to factory file stored, ${quantity.toLocaleString('en')} TOTP tokens of 20-byte seeds`,
    columns: ['way', 'ms', 'times as fast'],
    rows: [
      ['Seedlot', spread(seedlot), ratios(script, seedlot)],
      ['rival: randomBytes, csv-stringify, gpg --sign --encrypt, COPY', spread(script), 1],
    ],
  };
}
