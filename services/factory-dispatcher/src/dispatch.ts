import { serviceActor } from '@seedlot/domain';
import { type FileContent, type FileParts, makeFile, type NewFile } from '@seedlot/file-making';
import { commitFactoryFile, grantLease, lockLot, openAttempt, readDispatchOrder } from '@seedlot/ledger';
import { openLot } from '@seedlot/opened-lot';
import { factoryPlaintext } from './plaintext.ts';
import type { SigningParts } from './signing-key.ts';

export interface DispatchParts extends SigningParts, FileParts {}

/** Makes the factory file of a sealed lot: it exists completely, with its key in the files ring, or not at all. */
export async function dispatchLot(parts: DispatchParts, lotId: string, signal: AbortSignal): Promise<void> {
  const { holder } = parts;
  const file: NewFile = {
    actor: serviceActor('factory-dispatcher'),
    begin: async (effect, epoch) => ({
      attempt: await openAttempt(effect, await lockLot(effect, lotId), holder),
      lease: await grantLease(effect, { ring: 'seeds', lots: [lotId], epoch, holder }),
    }),
    content: opened => factoryContent(parts, lotId, opened),
  };
  await makeFile(parts, file, signal);
}

async function factoryContent(
  parts: DispatchParts,
  lotId: string,
  opened: DisposableStack,
): Promise<FileContent> {
  const order = await readDispatchOrder(parts.ledger, lotId);
  const lot = opened.use(await openLot(parts, order.shape));
  const made = { lot: lotId, request: order.request, frontierVersion: lot.frontierVersion };
  return {
    recipientKey: order.recipientKey,
    recipientFingerprint: order.recipientFingerprint,
    fileName: `${lotId}.csv`,
    plaintext: factoryPlaintext(order, lot),
    commit: (effect, stored) => commitFactoryFile(effect, { ...stored, ...made }),
  };
}
