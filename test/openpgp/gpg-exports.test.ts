import { listVendorKeys } from '@seedlot/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks, programPath } from '../setup/requirements.ts';
import { burnLot, deliver, exportsOf, replaceCustomerKey } from '../world/deliveries.ts';
import { drain } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { openStored } from '../world/stored-message.ts';
import { soundWorkers } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';
import { GpgHome } from './gpg-home.ts';

let world: World;
let home: GpgHome;

describe.skipIf(lacks('gpg'))('a customer with gpg', () => {
  beforeAll(async () => {
    world = await createWorld();
    home = await GpgHome.create(programPath('gpg') ?? '');
    const customer = await home.makeKey('Customer', ['future-default', 'default', 'never']);
    await replaceCustomerKey(world, await home.publicKey(customer));
  });
  afterAll(async () => {
    await home[Symbol.asyncDispose]();
    await world.end();
  });

  test('decrypts an export, sees that the vendor signed it, and finds the seeds that the factory got', async () => {
    const workers = await soundWorkers(world);
    const { lot } = await place(world, 60);
    await drain(workers);
    await burnLot(world, lot);
    const delivery = await deliver(world, [{ lot, first: 5, after: 55 }], 'hex-csv');
    await drain(workers);
    const [vendor] = await listVendorKeys(world.ledger);
    await home.must(['--import'], vendor?.publicKey ?? '');

    const { code, stdout, stderr } = await home.run(['--decrypt'], await messageOf(delivery));

    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`[GNUPG:] VALIDSIG ${vendor?.fingerprint}`);
    expect(stderr).toMatch(new RegExp(`PLAINTEXT 62 \\d+ ${delivery}\\.csv`));
    expect(stderr.match(/ENC_TO/g)).toHaveLength(1);
    const { seeds } = await fetchDelivery(world, lot);
    const rows = [...seeds]
      .slice(5, 55)
      .map(([serial, seed]) => `${`${serial}`.padStart(13, '0')},${seed}\n`);
    expect(stdout.toString()).toBe(rows.join(''));
  });
});

async function messageOf(delivery: string): Promise<Buffer> {
  const [file] = await exportsOf(world, delivery);
  if (file === undefined) throw new Error(`${delivery} has no export`);
  return openStored(world, file);
}
