import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExportWriter } from '@seedlot/seed-files';
import type { Gpg } from './gpg.ts';
import { inAlternation, milliseconds, ratios, spread, type Table } from './rounds.ts';
import type { Scale } from './scale.ts';
import { PRODUCT, type SeedlotServer } from './seedlot-server.ts';
import { Workshop } from './workshop.ts';

/** Serials of one delivery. */
const SERIALS = 50;

/** Deliveries that are being created at a time. */
const AT_ONCE = 4;

const SCRAP_ROOM = 1.02;

/** From the first delivery to the last published export, against one gpg process a file for as many files. */
export async function run({ rounds, deliveries, customers }: Scale): Promise<Table> {
  await using workshop = await Workshop.start();
  const { gpg, server } = workshop;
  const keys = await addCustomers(server, gpg, customers);
  const plaintext = await writePlaintext(gpg);
  const quantity = Math.ceil(deliveries * SERIALS * SCRAP_ROOM);
  const burned = await workshop.produceLot(quantity * rounds);
  const results = await inAlternation(
    {
      seedlot: () => rate(deliveries, () => exportAll(server, burned.splice(0, deliveries * SERIALS), keys)),
      gpg: () => rate(deliveries, () => sealAll(gpg, plaintext, deliveries, keys)),
    },
    rounds,
  );
  const [seedlot, rival] = [results.get('seedlot'), results.get('gpg')];
  return {
    title: `Exports per second: ${deliveries.toLocaleString('en')} deliveries of ${SERIALS} serials to ${customers} customers`,
    columns: ['way', 'exports/s', 'times as fast'],
    rows: [
      [
        'Seedlot, from the assignment of the serials to the published export',
        spread(seedlot),
        ratios(seedlot, rival),
      ],
      ['rival: one `gpg --encrypt --sign` a file, its plaintext given', spread(rival), 1],
    ],
  };
}

async function rate(files: number, work: () => Promise<void>): Promise<number> {
  return (files / (await milliseconds(work))) * 1000;
}

/** Fingerprints of their keys, by name. */
async function addCustomers(server: SeedlotServer, gpg: Gpg, count: number): Promise<[string, string][]> {
  await gpg.makeKey('Vendor', 'nistp256');
  const keys: [string, string][] = [];
  for (let i = 0; i < count; i++) {
    const customer = `customer-${i}`;
    const fingerprint = await gpg.makeKey(customer, 'ed25519', 'cv25519');
    await server.addCustomer(customer, await gpg.publicKey(fingerprint));
    keys.push([customer, fingerprint]);
  }
  return keys;
}

/** What such an export holds, with seeds of nobody. */
async function writePlaintext(gpg: Gpg): Promise<string> {
  const writer = new ExportWriter('entra-csv');
  const rows = Array.from({ length: SERIALS }, (_, i) => {
    const token = { serial: String(9_900_000_000_000 + i), product: PRODUCT, counter: 0n };
    const row = Buffer.alloc(writer.rowLength(token));
    writer.writeRow(row, token, randomBytes(PRODUCT.seedLength));
    return row;
  });
  const file = join(gpg.folder, 'export.csv');
  await writeFile(file, [writer.header, ...rows, writer.trailer]);
  return file;
}

async function exportAll(server: SeedlotServer, serials: string[], keys: [string, string][]): Promise<void> {
  const deliveries: string[] = [];
  const create = async (worker: number) => {
    for (let i = worker; i * SERIALS < serials.length; i += AT_ONCE) {
      const some = serials.slice(i * SERIALS, (i + 1) * SERIALS);
      const [customer] = keys[i % keys.length] ?? [];
      const request = { customer, serials: some.map(serial => ({ first: serial, last: serial })) };
      deliveries.push((await server.ops.post<{ delivery: string }>('/deliveries', request)).delivery);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, worker) => create(worker)));
  for (const delivery of deliveries) {
    await server.ops.until<{ file: { published: boolean } | null }>(
      `/deliveries/${delivery}`,
      ({ file }) => file?.published === true,
    );
  }
}

async function sealAll(gpg: Gpg, file: string, count: number, keys: [string, string][]): Promise<void> {
  for (let i = 0; i < count; i++) await gpg.seal(file, 'Vendor', keys[i % keys.length]?.[1] ?? '');
}
