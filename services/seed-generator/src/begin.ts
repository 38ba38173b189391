import { randomUUID } from 'node:crypto';
import { serviceActor } from '@seedlot/domain';
import { Frontier, type Keyring, type KeySource } from '@seedlot/erasable';
import { beginGeneration, type Ledger, lockLot, lockRing } from '@seedlot/ledger';

export interface BeginParts {
  readonly ledger: Ledger;
  readonly seedsRing: Keyring;
  readonly keys: KeySource;
}

/** Gives an ordered lot its keys and its first frontier. Does nothing for a lot that has begun. */
export async function begin(parts: BeginParts, lotId: string): Promise<void> {
  await parts.ledger.commit(serviceActor('seed-generator'), async effect => {
    const keyring = await lockRing(effect, 'seeds', 'shared');
    const lot = await lockLot(effect, lotId);
    if (lot.state === 'generating') return;
    const frontierKey = parts.keys.draw();
    const pageKey = parts.keys.draw();
    using frontier = Frontier.create(lot.shape);
    const keys = { frontierKey: randomUUID(), pageKey: randomUUID() };
    await parts.seedsRing.addKey(keyring, { id: keys.frontierKey, kind: 'frontier', key: frontierKey });
    await parts.seedsRing.addKey(keyring, { id: keys.pageKey, kind: 'page', key: pageKey });
    await beginGeneration(effect, lot, { ...keys, frontier: frontier.sealTop(frontierKey) });
  });
}
