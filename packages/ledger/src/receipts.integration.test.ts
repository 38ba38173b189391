import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  beginDownload,
  cancelOrder,
  currentFile,
  markPublished,
  numberRecords,
  type ReceiptVerdict,
  recordReceipt,
  showLot,
  unlockFile,
  WRONG_RECEIPTS_LIMIT,
} from './index.ts';
import { createTestLedger, furnish, type TestLedger } from './testing.ts';
import { dispatchedLot, RECEIPT, sealedLot, type TestLot } from './testing-lots.ts';

let world: TestLedger;
let ops: string;
let dispatched: TestLot & { file: string };

beforeAll(async () => {
  world = await createTestLedger();
  ops = await furnish(world.ledger);
});
afterAll(() => world.drop());
beforeEach(async () => {
  dispatched = await dispatchedLot(world, ops);
});

const api = () => world.as('seedlot_api');

function hand(sha256: Uint8Array, lot = dispatched.lot): Promise<ReceiptVerdict> {
  return api().commit('factory:acme', effect => recordReceipt(effect, lot, sha256));
}

async function publish(): Promise<void> {
  await world.ledger.commit('service:notary', async effect => {
    await numberRecords(effect);
    await markPublished(effect, 1_000_000n);
  });
}

async function download(): Promise<void> {
  await api().commit('factory:acme', async effect =>
    beginDownload(effect, await currentFile(effect, dispatched.lot), 0),
  );
}

async function fetched(): Promise<void> {
  await publish();
  await download();
}

async function types(): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ type: string }>(
    'select type from records where lot_id = $1 order by seq',
    [dispatched.lot],
  );
  return rows.map(row => row.type);
}

const wrong = () => hand(randomBytes(32));
const code = (code: string) => expect.objectContaining({ name: 'LedgerError', code });

describe('a download', () => {
  test('is refused until the records of its lot are published', async () => {
    await expect(download()).rejects.toEqual(code('records_unpublished'));
    expect(await types()).not.toContain('file.downloaded');
    await publish();
    await download();
    expect((await types()).at(-1)).toBe('file.downloaded');
  });

  test.each(['order.placed', 'lot.generating', 'lot.sealed', 'file.made'])(
    'is refused while only %s is not published',
    async type => {
      await publish();
      await world.database.pool.query(
        'update records set published_at = null where lot_id = $1 and type = $2',
        [dispatched.lot, type],
      );
      await expect(download()).rejects.toEqual(code('records_unpublished'));
    },
  );

  test('may go on while its own record is not published', async () => {
    await fetched();
    await download();
    expect((await types()).filter(type => type === 'file.downloaded')).toHaveLength(2);
  });

  test('cannot be followed by a cancellation, nor follow one', async () => {
    const other = await dispatchedLot(world, ops);
    await fetched();
    const cancel = (order: string) => api().commit(ops, effect => cancelOrder(effect, order));
    await expect(cancel(dispatched.order)).rejects.toMatchObject({ code: 'transition_refused' });
    const file = await currentFile(world.ledger, other.lot);
    await cancel(other.order);
    const late = api().commit('factory:acme', effect => beginDownload(effect, file, 0));
    await expect(late).rejects.toEqual(code('file_absent'));
  });
});

describe('a receipt', () => {
  test('has no file to be for before the lot is dispatched', async () => {
    const { lot } = await sealedLot(world, ops);
    await expect(hand(RECEIPT, lot)).rejects.toEqual(code('file_absent'));
  });

  test('is not due before a download', async () => {
    await publish();
    await expect(hand(RECEIPT)).rejects.toEqual(code('receipt_not_due'));
  });

  test('that is right is accepted once', async () => {
    await fetched();
    expect(await hand(RECEIPT)).toEqual({ verdict: 'accepted' });
    expect(await showLot(world.ledger, dispatched.lot)).toMatchObject({ state: 'received' });
    await expect(hand(RECEIPT)).rejects.toEqual(code('receipt_not_due'));
    expect((await types()).at(-1)).toBe('receipt.accepted');
  });

  test('is compared as a whole: no prefix, no hash of it, no kept value passes', async () => {
    await fetched();
    const { rows } = await world.database.pool.query<{ receipt_hash: Buffer }>(
      'select receipt_hash from files where id = $1',
      [dispatched.file],
    );
    const kept = rows[0]?.receipt_hash ?? Buffer.alloc(0);
    expect(kept.equals(RECEIPT)).toBe(false);
    for (const guess of [kept, RECEIPT.subarray(0, 31), Buffer.alloc(0), Buffer.concat([RECEIPT, RECEIPT])]) {
      expect(await hand(guess)).toMatchObject({ verdict: 'refused' });
    }
  });

  test('that is wrong is counted and recorded, and the right one after four starts anew', async () => {
    await fetched();
    for (let inARow = 1; inARow < WRONG_RECEIPTS_LIMIT; inARow++) {
      expect(await wrong()).toEqual({ verdict: 'refused', inARow, locked: false });
    }
    expect(await hand(RECEIPT)).toEqual({ verdict: 'accepted' });
    const { file } = await showLot(world.ledger, dispatched.lot);
    expect(file).toMatchObject({ wrongReceipts: 0, locked: false });
  });

  test('that is wrong five times in a row locks the file, for the right one too', async () => {
    await fetched();
    for (let inARow = 1; inARow <= WRONG_RECEIPTS_LIMIT; inARow++) {
      expect(await wrong()).toEqual({ verdict: 'refused', inARow, locked: inARow === WRONG_RECEIPTS_LIMIT });
    }
    await expect(hand(RECEIPT)).rejects.toEqual(code('file_locked'));
    expect((await types()).slice(-2)).toEqual(['receipt.refused', 'file.locked']);
  });

  test('has no more than five tries, however many come at once', async () => {
    await fetched();
    const tries = await Promise.allSettled(Array.from({ length: 12 }, wrong));
    expect(tries.filter(one => one.status === 'fulfilled')).toHaveLength(WRONG_RECEIPTS_LIMIT);
    for (const one of tries) if (one.status === 'rejected') expect(one.reason).toEqual(code('file_locked'));
    expect((await types()).filter(type => type === 'receipt.refused')).toHaveLength(WRONG_RECEIPTS_LIMIT);
    expect((await types()).filter(type => type === 'file.locked')).toHaveLength(1);
  });

  test('may come again after an unlock, which counts from nothing', async () => {
    const unlock = (file = dispatched.file) => api().commit(ops, effect => unlockFile(effect, file));
    await fetched();
    await expect(unlock()).rejects.toEqual(code('file_not_locked'));
    await expect(unlock('file-999999')).rejects.toMatchObject({ code: 'unknown_file' });
    for (let inARow = 1; inARow <= WRONG_RECEIPTS_LIMIT; inARow++) await wrong();
    await unlock();
    expect(await wrong()).toMatchObject({ inARow: 1, locked: false });
    expect(await hand(RECEIPT)).toEqual({ verdict: 'accepted' });
  });
});
