import { serviceActor } from '@seedlot/domain';
import { addKey, Frontier, type KeySource, type RootSlot } from '@seedlot/erasable';
import { beginGeneration, type Ledger, lockLot, lockRing } from '@seedlot/ledger';

export interface BeginParts {
  readonly ledger: Ledger;
  readonly seedsSlot: RootSlot;
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
    await beginGeneration(effect, lot, {
      frontier: Buffer.from(frontier.sealTop(frontierKey)),
      frontierKey: await addKey(keyring, parts.seedsSlot, 'frontier', frontierKey),
      pageKey: await addKey(keyring, parts.seedsSlot, 'page', pageKey),
    });
  });
}
