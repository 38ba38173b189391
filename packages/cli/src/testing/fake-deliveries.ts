import type { DeliveryView, ShredView } from '../client/delivery-views.ts';
import { pageOf, Refusal, sha256 } from './fake-answers.ts';
import { done, type FakeCall, type FakeRoutes } from './fake-routes.ts';
import { DECRYPTED, type FakeState, find, NOW, numbered } from './fake-state.ts';

type Runs = { first: string; last: string }[];
type Step<View> = (view: View) => Partial<View>;

/** Deliveries, serials and shreds of the fake API: each look at one brings it a step further. */
export class FakeDeliveries {
  readonly deliveries: DeliveryView[] = [];
  readonly shreds: ShredView[] = [];
  readonly #state: FakeState;

  constructor(state: FakeState) {
    this.#state = state;
  }

  get routes(): FakeRoutes {
    return {
      effects: {
        deliveries: call => done(this.#create(call), 201),
        'deliveries/:/exports': call => done(this.#export(call), 201),
        'deliveries/:/cancel': ({ ids: [id] }) => done(this.#cancel(id)),
        'deliveries/:/receipt': ({ ids: [id], body }) => done(this.#receipt(id, body.sha256)),
        'serials/void': ({ body }) => done({ quantity: sizeOf(body.serials as Runs) }),
        shreds: ({ body }) => done(this.#shred(body), 201),
      },
      looks: {
        deliveries: ({ query }) => pageOf(this.deliveries, query),
        'deliveries/:': ({ ids: [id] }) => this.#look(this.deliveries, 'delivery', id, EXPORT_STEPS),
        'serials/:': ({ ids: [serial] }) => lifeOf(`${serial}`),
        shreds: ({ query }) => pageOf(this.shreds, query),
        'shreds/:': ({ ids: [id] }) => this.#look(this.shreds, 'shred', id, SHRED_STEPS),
      },
    };
  }

  #create({ body, query, text, headers }: FakeCall): unknown {
    const isList = headers['content-type'] === 'text/csv';
    const rows = text.trim().split('\n').slice(1);
    const runs = isList ? rows.map(row => ({ first: row, last: row })) : (body.serials as Runs);
    const { customer, format = 'entra-csv' } = isList ? Object.fromEntries(query) : body;
    if (this.#state.customers.every(one => one.customer !== customer))
      throw new Refusal('unknown_customer', `There is no customer ${customer}`);
    const unknown = runs.find(({ first }) => !first.startsWith('99') || first.includes('-'));
    if (unknown !== undefined) throw new Refusal('unknown_serial', `No order has reserved ${unknown.first}`);
    const taken = this.deliveries.find(one => one.state !== 'cancelled' && meets(one.serials, runs));
    if (taken !== undefined)
      throw new Refusal(
        'serials_not_assignable',
        `1 run of serials is in the way: assigned to ${taken.delivery}`,
      );
    const delivery = `delivery-${numbered(this.deliveries.length + 1)}`;
    const never = { exportedAt: null, deliveredAt: null, receivedAt: null, cancelledAt: null };
    const quantity = sizeOf(runs);
    this.deliveries.unshift({
      delivery,
      customer: String(customer),
      state: 'assigned',
      format: String(format),
      quantity,
      living: quantity,
      serials: runs.map(({ first, last }) => [first, last] as [string, string]),
      ranges: runs.length,
      products: ['ex-totp-1'],
      exportsWanted: 1,
      file: null,
      failure: null,
      createdBy: 'staff-000001',
      createdAt: NOW,
      ...never,
    });
    return { delivery, quantity };
  }

  #export({ ids: [id], body }: FakeCall): unknown {
    const { exportsWanted, format } = find(this.deliveries, 'delivery', id);
    const wanted = { exportsWanted: exportsWanted + 1, format: String(body.format ?? format) };
    this.#change(this.deliveries, 'delivery', id, wanted);
    return { delivery: id, request: wanted.exportsWanted, format: wanted.format };
  }

  #cancel(id: string | undefined): unknown {
    const { state } = find(this.deliveries, 'delivery', id);
    if (state === 'received') throw new Refusal('delivery_downloaded', `${id} was downloaded`);
    this.#change(this.deliveries, 'delivery', id, { state: 'cancelled', file: null, cancelledAt: NOW });
    return { delivery: id };
  }

  #receipt(id: string | undefined, receipt: unknown): unknown {
    const { file } = find(this.deliveries, 'delivery', id);
    if (file === null) throw new Refusal('file_absent', `${id} has no file`);
    if (receipt !== sha256(Buffer.from(DECRYPTED)))
      throw new Refusal('receipt_wrong', 'This is not the SHA-256 of the decrypted file');
    this.#change(this.deliveries, 'delivery', id, { state: 'received', receivedAt: NOW });
    return { delivery: id, file: file.file, verdict: 'accepted' };
  }

  #shred({ lot, serials }: FakeCall['body']): unknown {
    const quantity =
      lot === undefined ? sizeOf(serials as Runs) : find(this.#state.lots, 'lot', lot).quantity;
    const shred = `shred-${numbered(this.shreds.length + 1)}`;
    const runs = (serials ?? []) as Runs;
    this.shreds.unshift({
      shred,
      reason: 'requested',
      lot: (lot ?? null) as string | null,
      state: 'requested',
      quantity,
      serials: runs,
      filesDropped: ['file-000001'],
      seedsRoot: null,
      filesRoot: null,
      requestedBy: 'staff-000001',
      requestedAt: NOW,
      intendedAt: null,
      mirroredAt: null,
      rootsDestroyedAt: null,
      completedAt: null,
      abandonedAt: null,
    });
    return { shred, quantity };
  }

  #look<View extends Readonly<Record<string, unknown>>>(
    views: View[],
    noun: string,
    id: string | undefined,
    steps: readonly Step<View>[],
  ): View {
    const before = find(views, noun, id);
    for (const step of steps) {
      const change = step(before);
      if (Object.keys(change).length > 0) {
        this.#change(views, noun, id, change);
        break;
      }
    }
    return before;
  }

  #change<View extends Readonly<Record<string, unknown>>>(
    views: View[],
    noun: string,
    id: string | undefined,
    change: Partial<View>,
  ): void {
    const at = views.indexOf(find(views, noun, id));
    views[at] = { ...find(views, noun, id), ...change };
  }
}

const EXPORT_STEPS: readonly Step<DeliveryView>[] = [
  ({ state, file, exportsWanted, format, quantity }) => {
    if (state === 'cancelled' || file?.version === exportsWanted) return {};
    const keys = { recipient: 'A'.repeat(40), signer: 'B'.repeat(40), sha256: 'c'.repeat(64) };
    const times = { madeAt: NOW, downloadedAt: null, receivedAt: null };
    const rest = { size: 4000, published: false, wrongReceipts: 0, locked: false };
    const made = { file: `file-00000${exportsWanted + 1}`, version: exportsWanted, format, quantity };
    return { state: 'exported', exportedAt: NOW, file: { ...made, ...keys, ...times, ...rest } };
  },
  ({ file }) => (file === null || file.published ? {} : { file: { ...file, published: true } }),
];

const SHRED_STEPS: readonly Step<ShredView>[] = [
  ({ intendedAt }) => (intendedAt === null ? { state: 'intended', intendedAt: NOW } : {}),
  ({ seedsRoot }) => (seedsRoot === null ? { seedsRoot: { from: 1, to: 2 } } : {}),
  ({ filesRoot }) => (filesRoot === null ? { filesRoot: { from: 4, to: 5 } } : {}),
  ({ mirroredAt }) => (mirroredAt === null ? { mirroredAt: NOW } : {}),
  ({ rootsDestroyedAt }) => (rootsDestroyedAt === null ? { rootsDestroyedAt: NOW } : {}),
  ({ completedAt }) => (completedAt === null ? { state: 'completed', completedAt: NOW } : {}),
];

function sizeOf(runs: Runs): number {
  return runs.reduce((sum, { first, last }) => sum + Number(last) - Number(first) + 1, 0);
}

function meets(serials: readonly (readonly [string, string])[], runs: Runs): boolean {
  return serials.some(([from, to]) => runs.some(({ first, last }) => first <= to && last >= from));
}

function lifeOf(serial: string): unknown {
  if (!serial.startsWith('99')) throw new Refusal('unknown_serial', `No order has reserved ${serial}`);
  const event = (type: string, actor: string, number: number | null, summary: string) => ({
    at: NOW,
    actor,
    type,
    number,
    summary,
  });
  return {
    serial,
    product: 'ex-totp-1',
    lot: 'lot-000001',
    custody: 'assigned',
    seed: 'living',
    delivery: 'delivery-000001',
    customer: 'bank',
    result: 'burned',
    sampled: true,
    files: [{ file: 'file-000001', kind: 'factory', state: 'current' }],
    life: [
      event('order.placed', 'staff-000001', 7, 'Reserved by order-000001 for lot-000001'),
      event(
        'file.made',
        'service:factory-dispatcher',
        12,
        'Written to file-000001, the factory file of its lot',
      ),
      event('delivery.created', 'staff-000001', null, 'Assigned to bank\x1b[2J by delivery-000001'),
    ],
  };
}
