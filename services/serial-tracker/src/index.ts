import { serviceActor } from '@seedlot/domain';
import { reportsToJudge } from '@seedlot/ledger';
import { type RunningStage, runStage, type Stage, type StageParts } from '@seedlot/stage';
import { type JudgeParts, judge } from './judge.ts';

export { type JudgeParts, judge } from './judge.ts';

/** Judges the parts of production reports. */
export function serialTracker(parts: JudgeParts): Stage<'report'> {
  return {
    job: 'report',
    actor: serviceActor('serial-tracker'),
    subject: ({ report }) => report,
    due: async () => (await reportsToJudge(parts.ledger)).map(report => ({ report })),
    look: ({ report }, signal) => judge(parts, report, signal),
  };
}

/** Judges on a knock, and at every sweep. */
export function startSerialTracker(parts: StageParts & JudgeParts): Promise<RunningStage> {
  return runStage(parts, serialTracker(parts));
}
