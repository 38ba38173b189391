import { DomainError, type Product, type Role } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import { type PageOf, type PageRequest, pageOf } from './page-of.ts';

export interface ProductView extends Product {
  readonly addedAt: Date;
}

export interface PartnerView {
  readonly id: string;
  readonly fingerprint: string;
  readonly keyExpiresAt: Date | null;
  readonly addedAt: Date;
  /** Every key that was ever pinned, the newest first. */
  readonly keys: readonly KeyView[];
}

export interface KeyView {
  readonly fingerprint: string;
  readonly pinnedAt: string;
  readonly expiresAt: string | null;
  readonly replacedAt: string | null;
}

export interface FactoryView extends PartnerView {
  readonly seedEncoding: 'hex' | 'base32';
  readonly fileDays: number;
}

export interface StaffView {
  readonly staff: string;
  readonly name: string;
  readonly role: Role;
  readonly addedAt: Date;
}

const productRow = sql<ProductView>`
  select id as product, manufacturer, model, oath, seed_length as "seedLength",
    jsonb_build_object('prefix', serial_prefix, 'width', serial_width) as serial, programmable,
    scrap_limit_percent as "scrapLimitPercent", added_at as "addedAt"
  from products`;

export async function listProducts({ sql: db }: Reader, page: PageRequest): Promise<PageOf<ProductView>> {
  const { rows } = await sql<ProductView>`${productRow}
    where id > ${page.after ?? ''} order by id limit ${page.limit + 1}`.execute(db);
  return pageOf(rows, page.limit, row => row.product);
}

/** Throws `unknown_product`. */
export async function showProduct({ sql: db }: Reader, id: string): Promise<ProductView> {
  const { rows } = await sql<ProductView>`${productRow} where id = ${id}`.execute(db);
  return rows[0] ?? refuse('unknown_product', 'product', id);
}

const keys = sql`(select jsonb_agg(jsonb_build_object('fingerprint', k.fingerprint, 'pinnedAt', k.pinned_at,
    'expiresAt', k.expires_at, 'replacedAt', k.replaced_at) order by k.id desc)
  from recipient_keys k where k.actor_id = actors.id) as keys`;

const factoryRow = sql<FactoryView>`
  select factories.id, seed_encoding as "seedEncoding", file_days as "fileDays", fingerprint, expires_at as "keyExpiresAt",
    factories.added_at as "addedAt", ${keys}
  from factories join actors on factory_id = factories.id
    join recipient_keys on actor_id = actors.id and replaced_at is null`;

export async function listFactories({ sql: db }: Reader, page: PageRequest): Promise<PageOf<FactoryView>> {
  const { rows } = await sql<FactoryView>`${factoryRow}
    where factories.id > ${page.after ?? ''} order by factories.id limit ${page.limit + 1}`.execute(db);
  return pageOf(rows, page.limit, row => row.id);
}

/** Throws `unknown_factory`. */
export async function showFactory({ sql: db }: Reader, id: string): Promise<FactoryView> {
  const { rows } = await sql<FactoryView>`${factoryRow} where factories.id = ${id}`.execute(db);
  return rows[0] ?? refuse('unknown_factory', 'factory', id);
}

const customerRow = sql<PartnerView>`
  select customers.id, fingerprint, expires_at as "keyExpiresAt", customers.added_at as "addedAt",
    ${keys}
  from customers join actors on customer_id = customers.id
    join recipient_keys on actor_id = actors.id and replaced_at is null`;

export async function listCustomers({ sql: db }: Reader, page: PageRequest): Promise<PageOf<PartnerView>> {
  const { rows } = await sql<PartnerView>`${customerRow}
    where customers.id > ${page.after ?? ''} order by customers.id limit ${page.limit + 1}`.execute(db);
  return pageOf(rows, page.limit, row => row.id);
}

/** Throws `unknown_customer`. */
export async function showCustomer({ sql: db }: Reader, id: string): Promise<PartnerView> {
  const { rows } = await sql<PartnerView>`${customerRow} where customers.id = ${id}`.execute(db);
  return rows[0] ?? refuse('unknown_customer', 'customer', id);
}

const staffRow = sql<StaffView>`
  select id as staff, name, role, added_at as "addedAt" from actors where kind = 'staff'`;

export async function listStaff({ sql: db }: Reader, page: PageRequest): Promise<PageOf<StaffView>> {
  const { rows } = await sql<StaffView>`${staffRow}
    and id > ${page.after ?? ''} order by id limit ${page.limit + 1}`.execute(db);
  return pageOf(rows, page.limit, row => row.staff);
}

/** Throws `unknown_staff`. */
export async function showStaff({ sql: db }: Reader, id: string): Promise<StaffView> {
  const { rows } = await sql<StaffView>`${staffRow} and id = ${id}`.execute(db);
  return rows[0] ?? refuse('unknown_staff', 'member of staff', id);
}

/** The vendor's signing keys' public halves, the newest first: that one signs. */
export async function listVendorKeys({
  sql: db,
}: Reader): Promise<{ fingerprint: string; publicKey: string }[]> {
  return db
    .selectFrom('vendor_keys')
    .select(['fingerprint', 'public_key as publicKey'])
    .orderBy('made_at', 'desc')
    .execute();
}

function refuse(code: ConstructorParameters<typeof DomainError>[0], noun: string, id: string): never {
  throw new DomainError(code, `There is no ${noun} ${id}`);
}
