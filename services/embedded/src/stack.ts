import { hostname } from 'node:os';
import { createApi } from '@seedlot/api';
import { startCustomerExporter } from '@seedlot/customer-exporter';
import { createDatabase, createPool, type ServiceRole } from '@seedlot/database';
import { serviceActor } from '@seedlot/domain';
import { randomKeys } from '@seedlot/erasable';
import { startFactoryDispatcher } from '@seedlot/factory-dispatcher';
import { addFirstAdmin, Ledger } from '@seedlot/ledger';
import { startNotary } from '@seedlot/notary';
import { FolderObjectStore, type ObjectStore } from '@seedlot/object-store';
import { countJobs } from '@seedlot/queue';
import { startSeedGenerator } from '@seedlot/seed-generator';
import { startSerialTracker } from '@seedlot/serial-tracker';
import type { Lifetime, Log } from '@seedlot/service-kit';
import { startShredder } from '@seedlot/shredder';
import { bellOf, type RunningStage, type StageParts } from '@seedlot/stage';
import { type Logins, openDatabases } from './databases.ts';
import type { Folders } from './folders.ts';
import { startPostgres } from './postgres.ts';
import { type OpenQueue, openQueue } from './queue.ts';
import { refuseOlderDatabase } from './recover/recover-log.ts';
import { openRings, type Rings, startRings } from './rings.ts';
import { childSelfCheck } from './self-check.ts';

export interface StackOptions {
  readonly folders: Folders;
  readonly log: Log;
  /** The API's port on the loopback address; 0 for any free one. */
  readonly port: number;
  /** URL of a Redis for the queue; undefined for the queue on PostgreSQL. */
  readonly redis: string | undefined;
}

export interface Stack {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The first admin with its token, at the first start only. */
  readonly firstAdmin: { readonly staff: string; readonly token: string } | null;
  /** What this process holds beyond the door; nobody outside of it can have these. */
  readonly logins: Logins;
  readonly rings: Rings;
  readonly objects: ObjectStore;
}

/** Milliseconds between two sweeps of each stage. */
const SWEEP_EVERY = 2000;

/** Exports at a time: while one waits for the database, another encrypts. */
const EXPORTS_AT_ONCE = 4;

/** User id of the vendor's signing key. */
const VENDOR_NAME = 'Seedlot vendor';

/**
 * All services in one process, on one machine. Each keeps the database role and the root slots that it would have
 * alone, but whoever takes over this process has them all: only as separate processes can the API never open a seed.
 */
export async function startStack(life: Lifetime, options: StackOptions): Promise<Stack> {
  const { folders, log, port } = options;
  const postgres = await startPostgres({ folder: folders.postgres });
  life.onEnd('postgres', () => postgres.stop());
  const logins = await openDatabases(postgres);
  const queue = await openQueue(life, logins, options);
  const ledgerAs = (role: ServiceRole) => openLedger(life, logins, queue, log, role);
  const rings = await openRings(logins, folders, 'seedlot_shredder');
  life.onEnd('rings', () => rings.close());
  await startRings(rings, folders);
  const objects = await FolderObjectStore.open(folders.objects);
  await refuseOlderDatabase(ledgerAs('seedlot_notary'), objects);
  const holder = `${hostname()}:${process.pid}`;
  const stage = (role: ServiceRole, concurrency = 1): StageParts => {
    const { backend, doorbell } = queue;
    return {
      ledger: ledgerAs(role),
      queue: backend,
      doorbell,
      log,
      holder,
      sweepEvery: SWEEP_EVERY,
      concurrency,
    };
  };
  const keep = async (name: string, starting: Promise<RunningStage>) => {
    const running = await starting;
    life.onEnd(name, () => running.stop());
  };

  const shred = { rings, objects, keys: randomKeys, selfCheck: childSelfCheck(logins, folders) };
  await keep('shredder', startShredder({ ...stage('seedlot_shredder'), ...shred }, life.signal));
  await keep('notary', startNotary({ ...stage('seedlot_notary'), objects }));
  const keys = { seedsRing: rings.seeds.keyring, filesRing: rings.files.keyring, keys: randomKeys };
  await keep('seed generator', startSeedGenerator({ ...stage('seedlot_generator', 2), ...keys, holder }));
  const dispatch = { ...keys, objects, holder, vendorName: VENDOR_NAME };
  await keep('factory dispatcher', startFactoryDispatcher({ ...stage('seedlot_dispatcher'), ...dispatch }));
  const tracking = { ...keys, objects, holder };
  await keep('serial tracker', startSerialTracker({ ...stage('seedlot_tracker'), ...tracking }));
  const exporting = { ...keys, objects, holder };
  await keep(
    'customer exporter',
    startCustomerExporter({ ...stage('seedlot_exporter', EXPORTS_AT_ONCE), ...exporting }),
  );

  const ledger = ledgerAs('seedlot_api');
  const gauge = { kind: queue.backend.kind, count: () => countJobs(queue.backend) };
  const api = createApi({ ledger, filesRing: keys.filesRing, objects, queue: gauge, log, holder });
  life.onEnd('API', () => api.close());
  const url = await api.listen(port);
  const firstAdmin = await ledger.commit(serviceActor('api'), addFirstAdmin);
  return { url, firstAdmin, logins, rings, objects };
}

function openLedger(life: Lifetime, logins: Logins, queue: OpenQueue, log: Log, role: ServiceRole): Ledger {
  const pool = createPool({ url: logins.url(role), applicationName: role, max: 6 });
  life.onEnd(`connections of ${role}`, () => pool.end());
  return new Ledger({
    database: createDatabase(pool),
    doorbell: bellOf(queue.doorbell),
    onLostKnock: (knock, err) =>
      log.warn({ job: knock.job, err }, 'a knock was lost; a sweep makes up for it'),
  });
}
