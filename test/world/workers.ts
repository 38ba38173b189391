import { customerExporter } from '@seedlot/customer-exporter';
import { createDatabase, type ServiceRole } from '@seedlot/database';
import { Keyring, type KeySource, type RingName, type RootSlot, randomKeys } from '@seedlot/erasable';
import { type DispatchParts, ensureSigningKey, factoryDispatcher } from '@seedlot/factory-dispatcher';
import type { FileParts } from '@seedlot/file-making';
import { type Doorbell, Ledger, PostgresKeyringStore } from '@seedlot/ledger';
import { type PublishParts, recordNotary } from '@seedlot/notary';
import type { ObjectStore } from '@seedlot/object-store';
import { type GenerateParts, seedGenerator } from '@seedlot/seed-generator';
import { type JudgeParts, serialTracker } from '@seedlot/serial-tracker';
import { checkShreds, type ShredParts, seedShredder, whatToCheck } from '@seedlot/shredder';

import type { Stage } from '@seedlot/stage';
import type { Pool } from 'pg';
import type { World } from './world.ts';

/** What a process reaches the world through. A test that harms a process wraps one of them. */
export interface Ports {
  readonly pool: (role: ServiceRole) => Pool;
  readonly slots: Readonly<Record<RingName, RootSlot>>;
  readonly objects: ObjectStore;
  readonly doorbell: Doorbell;
  /** Where every key comes from: of lots, of files, of the keyrings' buckets. */
  readonly keys: KeySource;
}

/** The parts of every service, each with the database role of its own, and its stage. */
export interface Workers {
  readonly api: Ledger;
  readonly generator: GenerateParts;
  readonly dispatcher: DispatchParts;
  readonly tracker: JudgeParts;
  readonly exporter: FileParts;
  readonly notary: PublishParts;
  readonly shredder: ShredParts;
  readonly generate: Stage<'generate'>;
  readonly dispatch: Stage<'dispatch'>;
  readonly report: Stage<'report'>;
  readonly export: Stage<'export'>;
  readonly publish: Stage<'publish'>;
  readonly shred: Stage<'shred'>;
}

let holders = 0;

/** The ports as they are, the doorbell out of order. */
export function plainPorts(world: World): Ports {
  const pools = new Map<ServiceRole, Pool>();
  const pool = (role: ServiceRole) => {
    const open = pools.get(role) ?? world.database.asRole(role);
    pools.set(role, open);
    return open;
  };
  return {
    pool,
    slots: world.slots,
    objects: world.objects,
    doorbell: { knock: async () => {} },
    keys: randomKeys,
  };
}

/** New processes. Nothing is started: a test looks, and stops between any two steps. */
export function workersOn({ pool, slots, objects, doorbell, keys }: Ports): Workers {
  const holder = `process ${++holders}`;
  const ledger = (role: ServiceRole) =>
    new Ledger({ database: createDatabase(pool(role)), doorbell, onLostKnock: () => {} });
  const seedsRing = new Keyring('seeds', slots.seeds, keys);
  const filesRing = new Keyring('files', slots.files, keys);
  const shredding = ledger('seedlot_shredder');
  const ringsOf = (reader: Ledger) => ({
    seeds: { keyring: seedsRing, store: new PostgresKeyringStore(reader, 'seeds') },
    files: { keyring: filesRing, store: new PostgresKeyringStore(reader, 'files') },
  });
  const rings = ringsOf(shredding);
  const generator = { ledger: ledger('seedlot_generator'), seedsRing, keys, holder };
  const making = { seedsRing, filesRing, objects, keys, holder };
  const dispatcher = { ledger: ledger('seedlot_dispatcher'), ...making, vendorName: 'Vendor' };
  const tracker = { ledger: ledger('seedlot_tracker'), seedsRing, filesRing, objects, holder };
  const exporter = { ledger: ledger('seedlot_exporter'), ...making };
  const notary = { ledger: ledger('seedlot_notary'), objects };
  const selfCheck: ShredParts['selfCheck'] = shreds =>
    checkShreds({ reader: shredding, rings }, whatToCheck(shreds));
  const shredder = { ledger: shredding, rings, objects, keys, selfCheck };
  return {
    api: ledger('seedlot_api'),
    generator,
    dispatcher,
    tracker,
    exporter,
    notary,
    shredder,
    generate: seedGenerator(generator),
    dispatch: factoryDispatcher(dispatcher),
    report: serialTracker(tracker),
    export: customerExporter(exporter),
    publish: recordNotary(notary),
    shred: seedShredder(shredder),
  };
}

/** Processes that nothing happens to, the signing key made. */
export async function soundWorkers(world: World): Promise<Workers> {
  const workers = workersOn(plainPorts(world));
  await ensureSigningKey(workers.dispatcher);
  return workers;
}
