import { DomainError } from '@seedlot/domain';
import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
import { issueToken } from './tokens.ts';

/** A key that passed the checks at intake. */
export interface PinnedKey {
  /** 40 upper-case hex digits. */
  readonly fingerprint: string;
  /** Armored, normalised. */
  readonly publicKey: string;
  readonly expiresAt: Date | null;
}

/** Adds a factory with its pinned key; returns its token, shown once. Throws `already_exists`. */
export async function addFactory(
  effect: Effect,
  factory: { factory: string; seedEncoding: 'hex' | 'base32'; fileDays?: number; key: PinnedKey },
): Promise<{ token: string }> {
  const added = await effect.sql
    .insertInto('factories')
    .values({
      id: factory.factory,
      seed_encoding: factory.seedEncoding,
      ...(factory.fileDays !== undefined && { file_days: factory.fileDays }),
    })
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added === undefined) throw new DomainError('already_exists', `Factory ${factory.factory} exists`);
  const { fingerprint } = factory.key;
  await effect.record('factory.added', {
    factory: factory.factory,
    seedEncoding: factory.seedEncoding,
    ...(factory.fileDays !== undefined && { fileDays: factory.fileDays }),
    fingerprint,
  });
  return admit(effect, { kind: 'factory', id: factory.factory, key: factory.key });
}

/** Adds a customer with its pinned key; returns its token, shown once. Throws `already_exists`. */
export async function addCustomer(
  effect: Effect,
  customer: { customer: string; key: PinnedKey },
): Promise<{ token: string }> {
  const added = await effect.sql
    .insertInto('customers')
    .values({ id: customer.customer })
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added === undefined) throw new DomainError('already_exists', `Customer ${customer.customer} exists`);
  const { fingerprint } = customer.key;
  await effect.record('customer.added', { customer: customer.customer, fingerprint });
  return admit(effect, { kind: 'customer', id: customer.customer, key: customer.key });
}

async function admit(
  effect: Effect,
  partner: { kind: 'factory' | 'customer'; id: string; key: PinnedKey },
): Promise<{ token: string }> {
  const actor = `${partner.kind}:${partner.id}`;
  await effect.sql
    .insertInto('actors')
    .values({
      id: actor,
      kind: partner.kind,
      name: partner.id,
      factory_id: partner.kind === 'factory' ? partner.id : null,
      customer_id: partner.kind === 'customer' ? partner.id : null,
    })
    .execute();
  await effect.sql
    .insertInto('recipient_keys')
    .values({
      actor_id: actor,
      fingerprint: partner.key.fingerprint,
      public_key: partner.key.publicKey,
      expires_at: partner.key.expiresAt,
    })
    .execute();
  return { token: await issueToken(effect, actor) };
}

/**
 * Pins another key of a factory or customer; the one before stays on the record. The same key with a later expiry
 * counts as another. Throws `unknown_factory`, `unknown_customer`, and `key_not_new` for the very key that is pinned.
 */
export async function replaceKey(
  effect: Effect,
  partner: { kind: 'factory' | 'customer'; id: string; key: PinnedKey },
): Promise<{ fingerprint: string; replaces: string }> {
  const { fingerprint, publicKey, expiresAt } = partner.key;
  const holder = `${partner.kind}:${partner.id}`;
  const before = await effect.sql
    .updateTable('recipient_keys')
    .set({ replaced_at: effect.at })
    .where('actor_id', '=', holder)
    .where('replaced_at', 'is', null)
    .returning(['fingerprint', 'public_key'])
    .executeTakeFirst();
  if (before === undefined) {
    throw new DomainError(`unknown_${partner.kind}`, `There is no ${partner.kind} ${partner.id}`);
  }
  if (before.public_key === publicKey) {
    throw new LedgerError(
      'key_not_new',
      `${partner.id} has the key ${fingerprint} already, with this expiry`,
    );
  }
  await effect.sql
    .insertInto('recipient_keys')
    .values({ actor_id: holder, fingerprint, public_key: publicKey, expires_at: expiresAt })
    .execute();
  await effect.record('key.replaced', { holder, fingerprint, replaces: before.fingerprint });
  return { fingerprint, replaces: before.fingerprint };
}
