import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { ApiClient } from './api-client.ts';
import { inAlternation, milliseconds, ratios, spread, type Table } from './rounds.ts';
import type { Scale } from './scale.ts';
import { TokenTable } from './token-table.ts';
import { Workshop } from './workshop.ts';

const CONNECTIONS = 8;

/** Whole lives of random serials of a lot with one in a hundred scrapped, against a row by its primary key. */
export async function run({ rounds, quantity, lookUps }: Scale): Promise<Table> {
  await using workshop = await Workshop.start();
  const burned = await workshop.produceLot(quantity);
  await using table = await TokenTable.create(workshop.gpg.folder, { first: Number(burned[0]), quantity });
  const { ops } = workshop.server;
  using agent = new KeptConnections();
  const results = await inAlternation(
    {
      seedlot: () => rate(burned, lookUps, serial => lookUp(ops, agent, serial)),
      rival: () => rate(burned, lookUps, serial => selectRow(table, serial)),
    },
    rounds,
  );
  const [seedlot, rival] = [results.get('seedlot'), results.get('rival')];
  return {
    title: `Look-ups of a serial per second, ${lookUps.toLocaleString('en')} random ones of ${quantity.toLocaleString('en')}, ${CONNECTIONS} connections`,
    columns: ['way', 'look-ups/s', 'times the rival'],
    rows: [
      ['Seedlot: GET /v1/serials/:serial, its whole life', spread(seedlot), ratios(seedlot, rival)],
      ['rival: SELECT by primary key, no API, no history', spread(rival), 1],
    ],
  };
}

async function rate(
  serials: readonly string[],
  count: number,
  look: (serial: string) => Promise<unknown>,
): Promise<number> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await look(serials[Math.floor(Math.random() * serials.length)] ?? '');
  };
  const elapsed = await milliseconds(() => Promise.all(Array.from({ length: CONNECTIONS }, worker)));
  return (count / elapsed) * 1000;
}

class KeptConnections extends Agent implements Disposable {
  constructor() {
    super({ keepAlive: true, maxSockets: CONNECTIONS });
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}

/** Without `fetch`, which would cost more than the server does. */
async function lookUp({ url, token }: ApiClient, agent: Agent, serial: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const request = get(`${url}/v1/serials/${serial}`, { agent, headers });
  const [response] = await once(request, 'response');
  if (response.statusCode !== 200) throw new Error(`${serial} was answered with ${response.statusCode}`);
  response.resume();
  await once(response, 'end');
}

async function selectRow({ database }: TokenTable, serial: string): Promise<void> {
  const text = 'select * from tokens where serial = $1';
  const { rowCount } = await database.query({ name: 'look up', text, values: [serial] });
  if (rowCount !== 1) throw new Error(`${serial} is not in the table`);
}
