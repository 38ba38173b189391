import {
  acceptReport,
  addProduct,
  cancelDelivery,
  createDelivery,
  listVendorKeys,
  placeOrder,
  requestExport,
  showDelivery,
  showReport,
} from '@seedlot/ledger';
import { judge } from '@seedlot/serial-tracker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks, programPath } from '../setup/requirements.ts';
import { exportsOf, replaceCustomerKey } from '../world/deliveries.ts';
import { drain } from '../world/drain.ts';
import { hotpOf, receive, sendPart } from '../world/reports.ts';
import { openStored } from '../world/stored-message.ts';
import { soundWorkers, type Workers } from '../world/workers.ts';
import { createWorld, PRODUCT, type World } from '../world/world.ts';
import { GpgHome } from './gpg-home.ts';

const HOTP = {
  ...PRODUCT,
  product: 'ex-hotp-1',
  oath: { type: 'hotp', hash: 'sha1', digits: 6 },
} as const;

/** The counters that the factory sampled, by place in the lot; the highest whose export still fits 32 bits among them. */
const SAMPLED = new Map([
  [0, 0],
  [2, 7],
  [3, 7],
  [5, 0xff_ff_ff_fd],
]);
const QUANTITY = 8;

let world: World;
let workers: Workers;
let home: GpgHome;
let lot: string;
let tokens: [serial: string, seed: Buffer][];

describe.skipIf(lacks('gpg'))('a lot of HOTP tokens, some of them sampled', () => {
  beforeAll(async () => {
    world = await createWorld();
    workers = await soundWorkers(world);
    home = await GpgHome.create(programPath('gpg') ?? '');
    const customer = await home.makeKey('Customer', ['future-default', 'default', 'never']);
    await replaceCustomerKey(world, await home.publicKey(customer));
    lot = await world.ledger.commit(world.ops, async effect => {
      await addProduct(effect, HOTP);
      const order = { product: HOTP.product, quantity: QUANTITY, factory: 'acme', nonProduction: false };
      return (await placeOrder(effect, order)).lot;
    });
    await drain(workers);
    tokens = await receive(world, lot);
    const [vendor] = await listVendorKeys(world.ledger);
    await home.must(['--import'], vendor?.publicKey ?? '');
  });
  afterAll(async () => {
    await home[Symbol.asyncDispose]();
    await world.end();
  });

  test('whose report has samples of other codes is refused, each with its line', async () => {
    const shifted = report(([, seed], counter) => [hotpOf(seed, counter), hotpOf(seed, counter + 2)]);
    const { faults } = await judged(shifted);
    expect(faults.map(({ line, code }) => [line, code])).toEqual(
      [...SAMPLED.keys()].map(place => [place + 2, 'otp_unfit']),
    );
  });

  test('is accepted by its two successive codes', async () => {
    const fitting = report(([, seed], counter) => [hotpOf(seed, counter), hotpOf(seed, counter + 1)]);
    expect(await judged(fitting)).toMatchObject({ state: 'judged', burned: QUANTITY, samples: SAMPLED.size });
    await workers.api.commit(world.ops, effect => acceptReport(effect, lot));
  });

  test('goes to the customer with counters behind the samples, and at 0 where none was taken', async () => {
    const delivery = await deliver(0, QUANTITY, 'pskc');
    expect(await countersOf(delivery)).toEqual(
      tokens.map(([serial, seed], place) => {
        const counter = SAMPLED.get(place);
        return [serial, seed.toString('base64'), counter === undefined ? 0 : counter + 2];
      }),
    );
    for (const format of ['entra-csv', 'hex-csv'] as const) {
      const again = workers.api.commit(world.ops, effect => requestExport(effect, delivery, format));
      await expect(again).rejects.toMatchObject({ code: 'format_cannot_express', message: WOULD_WORK });
    }
    expect(await showDelivery(world.ledger, delivery)).toMatchObject({ exportsWanted: 1, format: 'pskc' });
    await workers.api.commit(world.ops, effect => cancelDelivery(effect, delivery));
  });

  test('is refused in a format without counters, but for the tokens that stand at 0', async () => {
    await expect(deliver(0, QUANTITY, 'hex-csv')).rejects.toMatchObject({
      code: 'format_cannot_express',
      message: expect.stringMatching(/no column for the counter.*This would work: pskc$/),
    });
    await expect(deliver(6, 8, 'entra-csv')).rejects.toMatchObject({
      code: 'format_cannot_express',
      message: expect.stringMatching(/This would work: hex-csv, pskc$/),
    });
    const delivery = await deliver(6, 8, 'hex-csv');
    const rows = tokens.slice(6, 8).map(([serial, seed]) => `${serial},${seed.toString('hex')}\n`);
    expect(await opened(delivery)).toBe(rows.join(''));
  });
});

const WOULD_WORK = expect.stringMatching(/This would work: pskc$/);

/** A report of the whole lot, the codes of its samples by `codesOf`. */
function report(codesOf: (token: [string, Buffer], counter: number) => [string, string]): string {
  const lines = tokens.map((token, place) => {
    const counter = SAMPLED.get(place);
    const sample = counter === undefined ? ',,' : [...codesOf(token, counter), counter].join();
    return `${lot},${token[0]},burned,${sample}\n`;
  });
  return `lot,serial,result,otp,next_otp,counter\n${lines.join('')}`;
}

async function judged(csv: string) {
  const id = await sendPart(world, workers, lot, csv);
  await judge(workers.tracker, id, new AbortController().signal);
  await drain(workers);
  return showReport(world.ledger, id);
}

async function deliver(first: number, after: number, format: 'entra-csv' | 'hex-csv' | 'pskc') {
  const [from, to] = [tokens[first]?.[0] ?? '', tokens[after - 1]?.[0] ?? ''];
  const serials = [{ first: from, last: to }];
  const { delivery } = await workers.api.commit(world.ops, effect =>
    createDelivery(effect, { customer: 'globex', format, serials }),
  );
  await drain(workers);
  return delivery;
}

/** What the customer's gpg makes of the newest export. */
async function opened(delivery: string): Promise<string> {
  const file = (await exportsOf(world, delivery)).at(-1);
  if (file === undefined) throw new Error(`${delivery} has no export`);
  const { code, stdout, stderr } = await home.run(['--decrypt'], await openStored(world, file));
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('[GNUPG:] VALIDSIG ');
  return stdout.toString();
}

/** Serial, seed in Base64 and counter of each key package: RFC 6030, section 4. */
async function countersOf(delivery: string): Promise<[string, string, number][]> {
  const xml = await opened(delivery);
  const packages = xml.split('<pskc:KeyPackage>').slice(1);
  return packages.map(text => {
    const [, serial = ''] = /<pskc:SerialNo>(.*)<\/pskc:SerialNo>/.exec(text) ?? [];
    const [, seed = ''] = /<pskc:Secret>\s*<pskc:PlainValue>(.*)</.exec(text) ?? [];
    const [, counter = ''] = /<pskc:Counter><pskc:PlainValue>(\d+)</.exec(text) ?? [];
    return [serial, seed, Number(counter)];
  });
}
