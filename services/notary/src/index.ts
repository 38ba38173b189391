import { serviceActor } from '@seedlot/domain';
import { type RunningStage, runStage, type StageParts } from '@seedlot/stage';
import { type PublishParts, publishRecords } from './publish.ts';

export { NotaryError, type NotaryErrorCode } from './errors.ts';
export { publishRecords, recordName } from './publish.ts';

/** Numbers and publishes records: on a knock, and at every sweep. */
export function startNotary(parts: StageParts & PublishParts): Promise<RunningStage> {
  return runStage(parts, {
    job: 'publish',
    actor: serviceActor('notary'),
    subject: () => 'records',
    due: async () => [{}],
    look: (_, signal) => publishRecords(parts, signal),
  });
}
