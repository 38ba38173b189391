import { inAlternation, milliseconds, ratios, spread, type Table } from './rounds.ts';
import type { Scale } from './scale.ts';
import type { SeedlotServer } from './seedlot-server.ts';
import { TokenTable } from './token-table.ts';
import { Workshop } from './workshop.ts';

/** One delivery of serials of which none lies beside another, from the request to its answer. */
export async function run({ rounds, quantity, scattered }: Scale): Promise<Table> {
  await using workshop = await Workshop.start();
  const { server, gpg } = workshop;
  await server.addCustomer('globex', await gpg.publicKey(await gpg.makeKey('globex', 'ed25519', 'cv25519')));
  const burned = await workshop.produceLot(quantity);
  const serials = scatter(burned, scattered);
  await using table = await TokenTable.create(gpg.folder, { first: Number(burned[0]), quantity });
  const results = await inAlternation(
    {
      seedlot: () => assign(server, serials),
      one: () => assignEach(table, serials),
      any: () => assignAny(table, serials),
    },
    rounds,
  );
  const seedlot = results.get('seedlot');
  const row = (name: string, times: readonly number[] = []) => [name, spread(times), ratios(times, seedlot)];
  return {
    title: `Assigning ${scattered.toLocaleString('en')} scattered serials of a lot of ${quantity.toLocaleString('en')}`,
    columns: ['way', 'ms', 'times Seedlot'],
    rows: [
      row('Seedlot: POST /v1/deliveries, with its records', seedlot),
      row('rival: a row for each serial, as many UPDATEs in one transaction', results.get('one')),
      row('rival: a row for each serial, one UPDATE with = ANY', results.get('any')),
    ],
  };
}

function scatter(serials: readonly string[], count: number): string[] {
  const step = Math.floor(serials.length / count);
  return Array.from({ length: count }, (_, i) => serials[i * step] ?? '');
}

/** Waits for the export before it frees the serials again, so that no round pays for the one before. */
async function assign({ ops }: SeedlotServer, serials: readonly string[]): Promise<number> {
  const request = { customer: 'globex', serials: serials.map(serial => ({ first: serial, last: serial })) };
  let delivery = '';
  const elapsed = await milliseconds(async () => {
    ({ delivery } = await ops.post<{ delivery: string }>('/deliveries', request));
  });
  const path = `/deliveries/${delivery}`;
  await ops.until<{ file: { published: boolean } | null }>(path, ({ file }) => file?.published === true);
  await ops.post(`${path}/cancel`, {});
  return elapsed;
}

async function assignEach(table: TokenTable, serials: readonly string[]): Promise<number> {
  const client = await table.database.connect();
  const text = `update tokens set state = 'assigned', customer = 'globex' where serial = $1 and state = 'burned'`;
  const elapsed = await milliseconds(async () => {
    await client.query('begin');
    for (const serial of serials) await client.query({ name: 'assign', text, values: [serial] });
    await client.query('commit');
  });
  client.release();
  await table.free();
  return elapsed;
}

async function assignAny(table: TokenTable, serials: readonly string[]): Promise<number> {
  const text = `update tokens set state = 'assigned', customer = 'globex' where serial = any($1) and state = 'burned'`;
  const elapsed = await milliseconds(() => table.database.query(text, [serials]));
  await table.free();
  return elapsed;
}
