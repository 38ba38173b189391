import { serviceActor } from '@seedlot/domain';
import { type Keyring, openSealedFile } from '@seedlot/erasable';
import {
  assertLease,
  type Effect,
  grantLease,
  hasLivingSeeds,
  heldSerials,
  holdLease,
  judgeReport,
  knownSerials,
  type Lease,
  type Ledger,
  type LockedLot,
  lockReport,
  lockRing,
  type ReportToJudge,
  readFactoryKeys,
  readKeyring,
  readReportToJudge,
  refuseReport,
} from '@seedlot/ledger';
import { type ObjectStore, ObjectStoreError } from '@seedlot/object-store';
import { openLot } from '@seedlot/opened-lot';
import { OpenPgpError, verifyDetached } from '@seedlot/openpgp';
import { PartFaults } from './part-faults.ts';
import { readPart } from './reading.ts';
import { SerialTally } from './serial-tally.ts';

export interface JudgeParts {
  readonly ledger: Ledger;
  readonly seedsRing: Keyring;
  readonly filesRing: Keyring;
  readonly objects: ObjectStore;
  /** Names this process in leases. */
  readonly holder: string;
}

/** What was found in a part: its serials, and what is wrong. */
interface Findings {
  readonly tally: SerialTally;
  readonly faults: PartFaults;
}

interface Leases {
  readonly seeds: Lease;
  readonly files: Lease;
}

const ACTOR = serviceActor('serial-tracker');

/**
 * Judges one part of a production report: all of it counts, or nothing does and everything that is wrong with it is told.
 * Throws `lot_not_due` when it does not wait to be judged.
 */
export async function judge(parts: JudgeParts, report: string, signal: AbortSignal): Promise<void> {
  const { ledger } = parts;
  const part = await readReportToJudge(ledger, report);
  const leases = await begin(parts, part);
  if (leases === null) return;
  const holding = (lease: Lease, held: AbortSignal) => ({ ledger, actor: ACTOR, lease, signal: held });
  await holdLease(holding(leases.files, signal), filesHeld =>
    holdLease(holding(leases.seeds, filesHeld), async held => {
      const findings = await examine(parts, part, held);
      await conclude(parts, part, leases, findings);
    }),
  );
}

/** The leases on the lot's seeds and on the stored part; null when the lot has ended, and the part with it. */
async function begin({ ledger, holder }: JudgeParts, part: ReportToJudge): Promise<Leases | null> {
  return ledger.commit(ACTOR, async effect => {
    const seeds = await lockRing(effect, 'seeds', 'shared');
    const files = await lockRing(effect, 'files', 'shared');
    const lot = await lockReport(effect, part);
    if (await isRefusedWithLot(effect, lot, part)) return null;
    const lots = [lot.id];
    return {
      seeds: await grantLease(effect, { ring: 'seeds', lots, epoch: seeds.epoch, holder }),
      files: await grantLease(effect, { ring: 'files', lots, epoch: files.epoch, holder }),
    };
  });
}

/** A lot that was produced, or ended, or whose last seed was shredded while the part waited takes nothing more. */
async function isRefusedWithLot(effect: Effect, lot: LockedLot, { report }: ReportToJudge): Promise<boolean> {
  const isReported = lot.state === 'received';
  if (isReported && (await hasLivingSeeds(effect, lot.id))) return false;
  const faults = new PartFaults();
  const why = isReported ? 'has no seed any more' : `is ${lot.state}`;
  faults.tell(0, 'lot_ended', `${lot.id} ${why}, and takes no report`);
  await refuseReport(effect, lot, report, faults.toKeep(new Set()));
  return true;
}

/** The signature is verified over all bytes before one of them is parsed. */
async function examine(parts: JudgeParts, part: ReportToJudge, signal: AbortSignal): Promise<Findings> {
  const { ledger, filesRing } = parts;
  const faults = new PartFaults();
  const key = await filesRing.openKey(readKeyring(ledger, 'files'), part.keyId);
  const source = await storedObject(parts, part);
  const csv = () => stoppable(openSealedFile(key, part.attempt, source), signal);
  if (!(await isSigned(parts, part, csv(), faults))) return { tally: new SerialTally(part.shape), faults };
  using lot = await openLot(parts, part.shape);
  return { tally: await readPart(part, lot, csv(), faults), faults };
}

async function isSigned(
  { ledger }: JudgeParts,
  { shape, signature }: ReportToJudge,
  csv: AsyncIterable<Uint8Array>,
  faults: PartFaults,
): Promise<boolean> {
  const keys = await readFactoryKeys(ledger, shape.lot);
  try {
    await verifyDetached({ signature, keys, now: new Date() }, csv);
    return true;
  } catch (cause) {
    if (!(cause instanceof OpenPgpError)) throw cause;
    faults.tell(0, 'signature_refused', `${cause.code}: ${cause.message}`);
    return false;
  }
}

/** One commit: what it finds of other parts holds until its end, since the lot is locked. */
async function conclude(
  { ledger }: JudgeParts,
  part: ReportToJudge,
  leases: Leases,
  { tally, faults }: Findings,
): Promise<void> {
  const verdict = tally.verdict();
  await ledger.commit(ACTOR, async effect => {
    const lot = await lockReport(effect, part);
    if (await isRefusedWithLot(effect, lot, part)) return;
    await assertLease(effect, leases.seeds);
    await assertLease(effect, leases.files);
    if (faults.csv.count === 0) {
      faults.tellHeld(await heldSerials(effect, lot, verdict.runs), lot, tally);
    }
    if (faults.csv.count === 0) return judgeReport(effect, lot, part.report, verdict);
    const known = await knownSerials(effect, faults.foreignSerials());
    await refuseReport(effect, lot, part.report, faults.toKeep(known));
  });
}

async function* stoppable(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of source) {
    signal.throwIfAborted();
    yield chunk;
  }
}

async function storedObject({ objects }: JudgeParts, { objectName }: ReportToJudge) {
  const size = await objects.size(objectName);
  if (size === null) throw new ObjectStoreError('object_absent', `there is no object ${objectName}`);
  return { size, read: (range: { start: number; end: number }) => objects.read(objectName, range) };
}
