import { acceptReport, discardReport, LedgerError, showLotReport, showReport } from '@seedlot/ledger';
import { judge } from '@seedlot/serial-tracker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drain, lookAround } from '../world/drain.ts';
import { otpOf, receive, sendPart } from '../world/reports.ts';
import { soundWorkers, type Workers } from '../world/workers.ts';
import { createWorld, makeKey, place, type World } from '../world/world.ts';

let world: World;
let workers: Workers;
beforeAll(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
});
afterAll(() => world.end());

let lot: string;
let tokens: [serial: string, seed: Buffer][];
beforeEach(async () => {
  ({ lot } = await place(world, 40));
  await drain(workers);
  tokens = await receive(world, lot);
});

const never = new AbortController().signal;

function rows(first: number, after: number, scrapped: readonly number[] = []): string {
  const lines = tokens.slice(first, after).map(([serial], i) => {
    return `${lot},${serial},${scrapped.includes(first + i) ? 'scrapped' : 'burned'}\n`;
  });
  return `lot,serial,result\n${lines.join('')}`;
}

async function send(csv: string, key = world.factoryKey): Promise<string> {
  const report = await sendPart(world, workers, lot, csv, key);
  await judge(workers.tracker, report, never);
  // Until the stored part is shredded its lot gives no lease.
  await drain(workers);
  return report;
}

async function faultsOf(report: string): Promise<[number | null, string][]> {
  const { state, faults, faultCount } = await showReport(world.ledger, report);
  expect(state).toBe(faults.length === 0 ? 'judged' : 'refused');
  expect(faultCount).toBe(faults.length);
  return faults.map(({ line, code }) => [line, code]);
}

const look = () => showLotReport(workers.api, lot);
const accept = () => workers.api.commit(world.ops, effect => acceptReport(effect, lot));

function refusal(code: string): unknown {
  return expect.objectContaining({ constructor: LedgerError, code });
}

describe('a report in parts', () => {
  it('counts when every serial has come once, in any order, and is accepted by ops alone', async () => {
    expect(await faultsOf(await send(rows(20, 40, [25, 26])))).toEqual([]);
    expect(await look()).toMatchObject({ missing: 20, hindrance: { code: 'report_incomplete' } });
    await expect(accept()).rejects.toThrow(refusal('report_incomplete'));
    expect(await faultsOf(await send(rows(0, 20)))).toEqual([]);
    expect(await look()).toMatchObject({ burned: 38, scrapped: 2, missing: 0, hindrance: null });
    await accept();
    const { rows: states } = await world.database.pool.query(
      `select custody, sum(upper(numbers) - lower(numbers))::int as count from serial_states
       where lot_id = $1 group by custody order by custody`,
      [lot],
    );
    expect(states).toEqual([
      { custody: 'burned', count: 38 },
      { custody: 'scrapped', count: 2 },
    ]);
    await expect(accept()).rejects.toThrow(refusal('report_accepted'));
    await expect(send(rows(0, 1))).rejects.toThrow(refusal('report_accepted'));
  });

  it('is the same part when the same bytes come again', async () => {
    const first = await send(rows(0, 20));
    expect(await sendPart(world, workers, lot, rows(0, 20))).toBe(first);
    expect((await look()).parts).toHaveLength(1);
  });

  it('is judged once by two trackers, and a serial counts in one of two parts', async () => {
    const parts = [
      await sendPart(world, workers, lot, rows(0, 20)),
      await sendPart(world, workers, lot, rows(19, 40)),
    ];
    const other = await soundWorkers(world);
    const looks = parts.flatMap(part => [workers, other].map(({ tracker }) => judge(tracker, part, never)));
    await Promise.allSettled(looks);
    // Who came while the other part's bytes were being shredded got no lease, and looks again.
    await lookAround(workers.shredder.ledger, workers.shred);
    await drain(workers);
    const states = await Promise.all(parts.map(async part => (await showReport(world.ledger, part)).state));
    expect(states.toSorted()).toEqual(['judged', 'refused']);
    const refused = parts[states.indexOf('refused')] ?? '';
    expect(await faultsOf(refused)).toEqual([[states[0] === 'refused' ? 21 : 2, 'serial_doubled']]);
  });

  it('is refused above the limit of scrap', async () => {
    await send(rows(0, 40, [1, 5, 9]));
    await expect(accept()).rejects.toThrow(refusal('scrap_above_limit'));
  });

  it('can be thrown away and sent anew', async () => {
    await send(rows(0, 40, [1, 5, 9]));
    await workers.api.commit(world.ops, effect => discardReport(effect, lot));
    expect(await look()).toMatchObject({ missing: 40, hindrance: { code: 'report_absent' } });
    expect(await faultsOf(await send(rows(0, 40, [1, 5])))).toEqual([]);
    await accept();
  });

  it('is stored no longer than it takes to judge it', async () => {
    const report = await send(rows(0, 40));
    await drain(workers);
    const { rows: stored } = await world.database.pool.query(
      'select dropped_at, object_name from reports where id = $1',
      [report],
    );
    expect(stored[0]?.dropped_at).toBeInstanceOf(Date);
    expect(await world.objects.size(stored[0]?.object_name)).toBeNull();
  });
});

describe('a part with faults', () => {
  it('is told everything, with lines, and changes nothing', async () => {
    const { lot: otherLot } = await place(world, 5);
    const [serial] = tokens[0] ?? [''];
    const next = String(BigInt(tokens.at(-1)?.[0] ?? 0) + 1n).padStart(13, '0');
    const lines = [
      `${lot},${serial},burned`,
      `${lot},${serial},scrapped`,
      `${lot},${next},burned`,
      `${lot},9999999999999,burned`,
      `${otherLot},${serial},burned`,
      `${lot},1.23E+12,burned`,
    ];
    const report = await send(`lot,serial,result\n${lines.join('\n')}\n`);
    expect(await faultsOf(report)).toEqual([
      [3, 'serial_doubled'],
      [4, 'serial_foreign'],
      [5, 'serial_unknown'],
      [6, 'lot_foreign'],
      [7, 'serial_scientific'],
    ]);
    expect(await look()).toMatchObject({ burned: 0, missing: 40 });
  });

  it('is refused when another key than the pinned one signed it, and none of its lines is read', async () => {
    const report = await send('no header\n', await makeKey('Stranger'));
    expect(await faultsOf(report)).toEqual([[null, 'signature_refused']]);
  });

  it('has samples that fit their seeds', async () => {
    const time = 1_767_225_600;
    const line = ([serial, seed]: [string, Buffer], at: number) =>
      `${lot},${serial},burned,${otpOf(seed, at)},${at}\n`;
    const [one, other] = tokens;
    if (one === undefined || other === undefined) throw new RangeError('there are 40 tokens');
    const header = 'lot,serial,result,otp,time\n';
    const wrong = line([other[0], one[1]], time);
    const refused = await send(header + line(one, time) + wrong);
    expect(await faultsOf(refused)).toEqual([[3, 'otp_unfit']]);
    const { faults } = await showReport(world.ledger, refused);
    expect(JSON.stringify(faults)).not.toContain(otpOf(one[1], time));
    const judged = await send(header + line(other, time) + line(one, time + 600));
    expect(await faultsOf(judged)).toEqual([]);
    expect(await showReport(world.ledger, judged)).toMatchObject({ burned: 2, samples: 2 });
  });
});

describe('the rights of the tracker', () => {
  it.each([
    `update lots set state = 'produced'`,
    'update serial_states set custody = $$burned$$',
    'delete from report_serials',
    'delete from reports',
    'update seeds_ring.lot_keys set frontier_version = 1',
    'select * from seeds_ring.vendor_secrets',
    'select * from access_tokens',
  ])('end before: %s', async statement => {
    const pool = world.database.asRole('seedlot_tracker');
    await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});
