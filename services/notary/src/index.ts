import { serviceActor } from '@seedlot/domain';
import { isBackingOff } from '@seedlot/ledger';
import { type RunningStage, runStage, type Stage, type StageParts } from '@seedlot/stage';
import { type PublishParts, publishRecords, RECORDS } from './publish.ts';

export { NotaryError, type NotaryErrorCode } from './errors.ts';
export { type PublishParts, publishRecords, recordName } from './publish.ts';

/** Numbers and publishes records. */
export function recordNotary(parts: PublishParts): Stage<'publish'> {
  return {
    job: 'publish',
    actor: serviceActor('notary'),
    subject: () => RECORDS,
    due: async () => ((await isBackingOff(parts.ledger, 'publish', RECORDS)) ? [] : [{}]),
    look: (_, signal) => publishRecords(parts, signal),
  };
}

/** Publishes on a knock, and at every sweep. */
export function startNotary(parts: StageParts & PublishParts): Promise<RunningStage> {
  return runStage(parts, recordNotary(parts));
}
