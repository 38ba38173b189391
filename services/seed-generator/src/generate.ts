import { serviceActor } from '@seedlot/domain';
import { Frontier, freePage, keyOf } from '@seedlot/erasable';
import {
  claimRun,
  grantLease,
  holdLease,
  type Lease,
  lockLot,
  lockRing,
  type PageRun,
  readKeyring,
  readSealedLot,
  readSegment,
  releaseRun,
  sealLot,
  storeRun,
} from '@seedlot/ledger';
import { type BeginParts, begin } from './begin.ts';
import { makeRun, type OpenedLot } from './page-run.ts';

export interface GenerateParts extends BeginParts {
  /** Names this process in claims and leases. */
  readonly holder: string;
}

const generator = serviceActor('seed-generator');

/** Makes the pages of a lot that no other worker is making, and seals the lot when none is left. */
export async function generateLot(parts: GenerateParts, lotId: string, signal: AbortSignal): Promise<void> {
  const { ledger } = parts;
  await begin(parts, lotId);
  const lease = await takeLease(parts, lotId);
  await holdLease({ ledger, actor: generator, lease, signal }, held => makeRuns(parts, lotId, held));
  await ledger.commit(generator, effect => sealLot(effect, lotId));
}

async function takeLease({ ledger, holder }: GenerateParts, lot: string): Promise<Lease> {
  return ledger.commit(generator, async effect => {
    const { epoch } = await lockRing(effect, 'seeds', 'shared');
    return grantLease(effect, { ring: 'seeds', lots: [lot], epoch, holder });
  });
}

async function makeRuns(parts: GenerateParts, lotId: string, signal: AbortSignal): Promise<void> {
  const lot = await openLot(parts, lotId);
  using _ = lot.frontier;
  for (;;) {
    const run = await parts.ledger.commit(generator, effect => claimRun(effect, lotId, parts.holder));
    if (run === null) return;
    await makeClaimed(parts, lot, run, signal);
  }
}

/** A run that fails is given back, so that another worker need not wait for the end of the claim. */
async function makeClaimed(
  { ledger, holder }: GenerateParts,
  lot: OpenedLot,
  run: PageRun,
  signal: AbortSignal,
): Promise<void> {
  try {
    const pages = await makeRun(lot, run, signal);
    await ledger.commit(generator, effect => storeRun(effect, run, pages));
    for (const page of pages) freePage(page);
  } catch (cause) {
    await ledger.commit(generator, effect => releaseRun(effect, run, holder)).catch(leaveToOverdue);
    throw cause;
  }
}

/** What failed at first is the fault to tell; the claim of a run that could not be given back runs out. */
function leaveToOverdue(): void {}

async function openLot({ ledger, seedsRing }: GenerateParts, lotId: string): Promise<OpenedLot> {
  const { shape } = await ledger.commit(generator, effect => lockLot(effect, lotId, 'share'));
  const { frontier, frontierVersion, frontierKey, pageKey } = await readSealedLot(ledger, lotId);
  const keys = await seedsRing.openKeys(readKeyring(ledger, 'seeds'), [frontierKey, pageKey]);
  return {
    shape,
    frontier: Frontier.open(shape, frontierVersion, frontier, keyOf(keys, frontierKey)),
    pageKey: keyOf(keys, pageKey),
    loadSegment: segment => readSegment(ledger, lotId, segment),
  };
}
