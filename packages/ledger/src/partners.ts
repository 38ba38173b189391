import { DomainError } from '@seedlot/domain';
import type { Effect } from './effect.ts';
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
  factory: { factory: string; seedEncoding: 'hex' | 'base32'; key: PinnedKey },
): Promise<{ token: string }> {
  const added = await effect.sql
    .insertInto('factories')
    .values({ id: factory.factory, seed_encoding: factory.seedEncoding })
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added === undefined) throw new DomainError('already_exists', `Factory ${factory.factory} exists`);
  const { fingerprint } = factory.key;
  await effect.record('factory.added', {
    factory: factory.factory,
    seedEncoding: factory.seedEncoding,
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
