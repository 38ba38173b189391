import { serviceActor } from '@seedlot/domain';
import { type FileParts, sweepLeftovers } from '@seedlot/file-making';
import { deliveriesToExport } from '@seedlot/ledger';
import { type RunningStage, runStage, type Stage, type StageParts } from '@seedlot/stage';
import { exportDelivery } from './export.ts';

export { exportDelivery } from './export.ts';

/** Turns deliveries into exports; its sweep also removes what failed attempts left. */
export function customerExporter(parts: FileParts): Stage<'export'> {
  const actor = serviceActor('customer-exporter');
  return {
    job: 'export',
    actor,
    subject: ({ delivery }) => delivery,
    due: async () => (await deliveriesToExport(parts.ledger)).map(delivery => ({ delivery })),
    look: ({ delivery }, signal) => exportDelivery(parts, delivery, signal),
    tidy: () => sweepLeftovers(parts, actor),
  };
}

/** Exports on a knock, and at every sweep. */
export function startCustomerExporter(parts: StageParts & FileParts): Promise<RunningStage> {
  return runStage(parts, customerExporter(parts));
}
