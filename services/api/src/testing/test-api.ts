import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@seedlot/database';
import { createTestDatabase, type TestDatabase } from '@seedlot/database/testing';
import { FileRootSlot, Keyring, startRing } from '@seedlot/erasable';
import { type Knock, Ledger, PostgresKeyringStore } from '@seedlot/ledger';
import { FolderObjectStore, type ObjectStore } from '@seedlot/object-store';
import { createLogger } from '@seedlot/service-kit';
import { type ApiParts, createApi } from '../index.ts';
import { furnish, type Tokens } from './people.ts';

/** A running API with the rights of seedlot_api, and the parts of other services that stand behind it. */
export interface TestApi {
  readonly url: string;
  readonly tokens: Tokens;
  readonly database: TestDatabase;
  /** With every right: does what other services would do. */
  readonly ledger: Ledger;
  readonly filesRing: Keyring;
  readonly objects: ObjectStore;
  readonly knocks: Knock[];
  /** What the API has logged, a line each. */
  readonly log: string[];
  /** The parts of the API, for a second one or a broken one. */
  readonly parts: ApiParts;
  close(): Promise<void>;
}

export async function createTestApi(
  change: (parts: ApiParts) => ApiParts = parts => parts,
): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'seedlot api '));
  const database = await createTestDatabase();
  const knocks: Knock[] = [];
  const ledger = ledgerOn(database.pool, knocks);
  const filesRing = new Keyring('files', await FileRootSlot.at(join(folder, 'slot')));
  await startRing(filesRing, new PostgresKeyringStore(ledger, 'files'));
  const objects = await FolderObjectStore.open(join(folder, 'objects'));
  const log: string[] = [];
  const destination = { write: (line: string) => void log.push(line) };
  const parts: ApiParts = change({
    ledger: ledgerOn(database.asRole('seedlot_api'), knocks),
    filesRing,
    objects,
    queue: { kind: 'none', count: async () => ({}) },
    holder: 'test-api',
    log: createLogger({ service: 'api', destination }),
  });
  const tokens = await furnish(ledger);
  const api = createApi(parts);
  const close = async () => {
    await api.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  const url = await api.listen(0);
  return { url, tokens, database, ledger, filesRing, objects, knocks, log, parts, close };
}

function ledgerOn(pool: TestDatabase['pool'], knocks: Knock[]): Ledger {
  return new Ledger({
    database: createDatabase(pool),
    doorbell: { knock: async knock => void knocks.push(knock) },
    onLostKnock: (_, cause) => {
      throw cause;
    },
  });
}
