import {
  acceptReport,
  discardReport,
  type LotReportView,
  requestShred,
  showLot,
  showLotReport,
  showReport,
} from '@seedlot/ledger';
import { judge } from '@seedlot/serial-tracker';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { drain, lookAround } from '../world/drain.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { otpOf, receive, sendPart } from '../world/reports.ts';
import { type Ports, plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';
import { type Gate, gatedPorts } from './gate.ts';
import { stopEveryCall } from './stop-every-call.ts';

const TIME = 1_790_000_000;
const never = new AbortController().signal;

let world: World;
let ports: Ports;
let others: Workers;
beforeAll(async () => {
  world = await createWorld();
  ports = plainPorts(world);
  others = await soundWorkers(world);
});
afterAll(() => world.end());

let lot: string;
/** Judged, the first half of the lot. */
let first: string;
/** Not judged yet, the other half, with a sample. */
let second: string;
beforeEach(() => newLot());

async function newLot(): Promise<void> {
  ({ lot } = await place(world, 4));
  await drain(others);
  const tokens = await receive(world, lot);
  const lines = tokens.map(([serial, seed], i) => {
    return `${lot},${serial},burned,${i % 2 === 0 ? `${otpOf(seed, TIME)},${TIME}` : ','}\n`;
  });
  const part = (some: string[]) =>
    sendPart(world, others, lot, `lot,serial,result,otp,time\n${some.join('')}`);
  first = await part(lines.slice(0, 2));
  await judge(others.tracker, first, never);
  await drain(others);
  second = await part(lines.slice(2));
}

/** A tracker that judges the second part. */
const work = (gate: Gate) => judge(workersOn(gatedPorts(ports, gate)).tracker, second, never);

const stateOf = async (report: string) => (await showReport(world.ledger, report)).state;
const accept = () => others.api.commit(world.ops, effect => acceptReport(effect, lot));

/** The others go on when the leases of a stopped tracker have ended: what is found then is final. */
async function settle(): Promise<{ view: LotReportView; state: string; states: string[] }> {
  await letLeasesEnd(world);
  await drain(others);
  await expectNoLeftovers(world);
  const { state } = await showLot(world.ledger, lot);
  const states = [await stateOf(first), await stateOf(second)];
  return { view: await showLotReport(world.ledger, lot), state, states };
}

/** Another tracker was quicker. */
const RACED = ['lot_not_due', 'lease_ended'];

/** What a tracker finds of a lot whose seeds are gone: its leases have ended, and so have keys and pages. */
const SHREDDED = [...RACED, 'lease_refused', 'lot_keys_missing', 'key_absent', 'pages_missing'];

test('a report is accepted with all of its parts, or not before the last is judged', async () => {
  const outcomes = new Set<string>();
  const meanwhile = async () => {
    outcomes.add(
      await accept().then(
        () => 'accepted',
        fault => fault.code,
      ),
    );
  };
  const check = async () => {
    const { state, states, view } = await settle();
    expect(['received judged judged', 'produced accepted accepted']).toContain([state, ...states].join(' '));
    expect(view).toMatchObject({ burned: 4, missing: 0, samples: 2 });
    await newLot();
  };
  await stopEveryCall({ work, meanwhile, check, refusals: RACED });
  expect(outcomes).toContain('report_incomplete');
}, 180_000);

test('a report that is thrown away while a part is judged leaves that part whole, or nothing of it', async () => {
  const meanwhile = async () => {
    await others.api.commit(world.ops, effect => discardReport(effect, lot));
  };
  let stopped = 0;
  const check = async () => {
    const { state, states, view } = await settle();
    const kept = states[1] === 'judged' ? 2 : 0;
    expect(states[1]).toMatch(/^(?:judged|refused)$/);
    if (states[0] === 'refused') stopped += 1;
    expect(state).toBe('received');
    expect(view).toMatchObject({ burned: kept + (states[0] === 'judged' ? 2 : 0) });
    await newLot();
  };
  await stopEveryCall({ work, meanwhile, check, refusals: RACED });
  expect(stopped).toBeGreaterThan(5);
}, 180_000);

test('no verdict comes from seeds that were shredded meanwhile, and no part waits for ever', async () => {
  const meanwhile = async () => {
    await others.api.commit(world.ops, effect => requestShred(effect, { lot }));
    await letLeasesEnd(world);
    await lookAround(others.shredder.ledger, others.shred);
  };
  const ends = new Set<string>();
  const check = async () => {
    const { states } = await settle();
    ends.add(states[1] ?? '');
    const { faults, samples } = await showReport(world.ledger, second);
    if (states[1] === 'refused') expect(faults).toMatchObject([{ line: null, code: 'lot_ended' }]);
    else expect({ state: states[1], samples }).toEqual({ state: 'judged', samples: 1 });
    await newLot();
  };
  await stopEveryCall({ work, meanwhile, check, refusals: SHREDDED });
  expect(ends).toEqual(new Set(['refused', 'judged']));
}, 180_000);

test('of two who accept at once, one does', async () => {
  await judge(others.tracker, second, never);
  const outcomes = await Promise.allSettled([accept(), accept(), accept()]);
  const refused = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
  expect(refused).toEqual(['report_accepted', 'report_accepted']);
  const { rows } = await world.database.pool.query(
    `select count(*)::int as count from records where lot_id = $1 and type = 'report.accepted'`,
    [lot],
  );
  expect(rows).toEqual([{ count: 1 }]);
});
