import { randomBytes } from 'node:crypto';
import type { FactoryView, LotView, OrderView, ProductView, StaffView } from '../client/views.ts';
import { Refusal, sha256 } from './fake-answers.ts';
import { CALM } from './fake-status.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface FakeActor {
  readonly id: string;
  readonly kind: 'staff' | 'factory' | 'customer';
  readonly role: string | null;
}

const FINGERPRINT = 'A'.repeat(40);
export const NOW = '2026-02-03T04:05:06.789Z';

const PINNED = {
  fingerprint: FINGERPRINT,
  keyExpiresAt: null,
  addedAt: NOW,
  keys: [{ fingerprint: FINGERPRINT, pinnedAt: NOW, expiresAt: null, replacedAt: null }],
};

/** What the decrypted factory file of every lot is, as far as a receipt can tell. */
export const DECRYPTED = 'serial,seed\n9900000000001,00112233445566778899aabbccddeeff00112233\n';

/** What the API remembers: plain lists, changed by the few effects that the commands ask for. */
export class FakeState {
  readonly actors = new Map<string, FakeActor>();
  readonly staff: StaffView[] = [];
  readonly products: ProductView[] = [];
  readonly factories: FactoryView[] = [];
  readonly customers: Fields[] = [];
  readonly orders: OrderView[] = [];
  readonly lots: LotView[] = [];
  status = CALM;
  /** The encrypted file of every lot: nobody looks inside. */
  file: Buffer = randomBytes(300_000);

  addStaff({ name, role }: Fields): Fields {
    const staff = `staff-${numbered(this.staff.length + 1)}`;
    this.staff.push({ staff, name: String(name), role: String(role), addedAt: NOW });
    return { staff, token: this.admit({ id: staff, kind: 'staff', role: String(role) }) };
  }

  addProduct(product: Fields): Fields {
    this.#assertNew(this.products, 'product', product.product);
    this.products.push({ scrapLimitPercent: 5, ...product, addedAt: NOW } as ProductView);
    return { product: product.product };
  }

  addFactory({ factory, seedEncoding = 'hex', fileDays = 30 }: Fields): Fields {
    this.#assertNew(this.factories, 'factory', factory);
    const key = PINNED;
    this.factories.push({
      factory: String(factory),
      seedEncoding: String(seedEncoding),
      fileDays: Number(fileDays),
      ...key,
    });
    const token = this.admit({ id: `factory:${factory}`, kind: 'factory', role: null });
    return { factory, fingerprint: FINGERPRINT, token };
  }

  addCustomer({ customer }: Fields): Fields {
    this.#assertNew(this.customers, 'customer', customer);
    this.customers.push({ customer, ...PINNED });
    const token = this.admit({ id: `customer:${customer}`, kind: 'customer', role: null });
    return { customer, fingerprint: FINGERPRINT, token };
  }

  replaceKey(partners: Fields[], noun: string, id: string): Fields {
    const at = partners.indexOf(find(partners, noun, id));
    const fingerprint = 'C'.repeat(40);
    const [before] = PINNED.keys;
    const keys = [
      { ...before, fingerprint },
      { ...before, replacedAt: NOW },
    ];
    partners[at] = { ...partners[at], fingerprint, keys };
    return { [noun]: id, fingerprint, replaces: FINGERPRINT };
  }

  placeOrder({ product, factory, customer = null, quantity, retention, nonProduction }: Fields): Fields {
    if (Number(quantity) < 1) {
      throw new Refusal('invalid_input', '/quantity: Too small: expected number to be >=1', {
        issues: [{ path: '/quantity', message: 'Too small: expected number to be >=1' }],
      });
    }
    find(this.products, 'product', product);
    const [order, lot] = [
      `order-${numbered(this.orders.length + 1)}`,
      `lot-${numbered(this.orders.length + 1)}`,
    ];
    const block = {
      state: 'ordered',
      product: String(product),
      factory: String(factory),
      quantity: Number(quantity),
      firstSerial: '9900000000001',
      lastSerial: `99${String(quantity).padStart(11, '0')}`,
    };
    this.orders.unshift({
      ...block,
      order,
      lot,
      customer: customer as string | null,
      retention: (retention ?? { terms: 'stock', capDays: null }) as OrderView['retention'],
      nonProduction: nonProduction === true,
      placedBy: 'staff-000001',
      placedAt: NOW,
    });
    const custody = { reserved: block.quantity };
    const pages = Math.ceil(block.quantity / 4096);
    this.lots.unshift({
      ...block,
      lot,
      order,
      pages,
      pagesDone: 0,
      custody,
      seeds: { none: block.quantity },
      file: null,
      failure: null,
    });
    return { order, lot };
  }

  cancelOrder(id: string): Fields {
    const { order, lot } = find(this.orders, 'order', id);
    this.change(lot, { state: 'cancelled' });
    return { order, lot };
  }

  /** The lot as it is after `change`. */
  change(lot: string, change: Partial<LotView>): LotView {
    const at = this.lots.findIndex(one => one.lot === lot);
    const changed = { ...find(this.lots, 'lot', lot), ...change };
    this.lots[at] = changed;
    return changed;
  }

  /** Makes the whole lot and its file. */
  dispatch(lot: string): LotView {
    const { quantity, pages } = find(this.lots, 'lot', lot);
    return this.change(lot, {
      state: 'dispatched',
      pagesDone: pages,
      custody: { dispatched: quantity },
      seeds: { living: quantity },
      file: {
        file: lot.replace('lot', 'file'),
        version: 1,
        size: this.file.length,
        sha256: sha256(this.file),
        recipient: FINGERPRINT,
        signer: 'B'.repeat(40),
        published: true,
        madeAt: NOW,
        downloadedAt: null,
        receivedAt: null,
        wrongReceipts: 0,
        locked: false,
      },
    });
  }

  recordReceipt(id: string, { sha256: receipt }: Fields): Fields {
    const { lot, file } = find(this.lots, 'lot', id);
    if (file === null) throw new Refusal('file_absent', `${lot} has no factory file`);
    if (file.locked) throw new Refusal('file_locked', `${file.file} is locked after 5 wrong receipts`);
    if (receipt === sha256(Buffer.from(DECRYPTED))) {
      this.change(lot, { state: 'received', file: { ...file, receivedAt: NOW } });
      return { lot, file: file.file, verdict: 'accepted' };
    }
    const inARow = file.wrongReceipts + 1;
    this.change(lot, { file: { ...file, wrongReceipts: inARow, locked: inARow === 5 } });
    const then = inARow === 5 ? 'The file is locked now' : `${5 - inARow} more lock the file`;
    const detail = `This is not the SHA-256 of the decrypted file. ${then}`;
    throw new Refusal('receipt_wrong', detail, { inARow, left: 5 - inARow });
  }

  unlockFile(id: string): Fields {
    const { lot, file } = find(this.lots, 'lot', id.replace('file', 'lot'));
    if (file?.locked !== true) throw new Refusal('file_not_locked', `${id} is not locked`);
    this.change(lot, { file: { ...file, locked: false, wrongReceipts: 0 } });
    return { file: id };
  }

  /** Gives an actor a token. */
  admit(actor: FakeActor): string {
    const token = `seedlot_${randomBytes(16).toString('hex')}_${randomBytes(32).toString('base64url')}`;
    this.actors.set(token, actor);
    return token;
  }

  #assertNew(items: readonly Fields[], noun: string, name: unknown): void {
    if (items.every(item => item[noun] !== name)) return;
    throw new Refusal('already_exists', `${noun} ${name} exists`);
  }
}

export function find<Item extends Fields>(items: readonly Item[], noun: string, id: unknown): Item {
  const found = items.find(item => item[noun] === id);
  if (found !== undefined) return found;
  throw new Refusal(`unknown_${noun}`, `There is no ${noun} ${id}`);
}

export function numbered(value: number): string {
  return String(value).padStart(6, '0');
}
