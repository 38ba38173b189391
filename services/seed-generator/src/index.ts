import { serviceActor } from '@seedlot/domain';
import { lotsToGenerate } from '@seedlot/ledger';
import { lanes, type RunningStage, runStage, type Stage, type StageParts } from '@seedlot/stage';
import { type GenerateParts, generateLot } from './generate.ts';

export { type GenerateParts, generateLot } from './generate.ts';

/** Turns ordered lots into sealed ones. */
export function seedGenerator(parts: GenerateParts): Stage<'generate'> {
  return {
    job: 'generate',
    actor: serviceActor('seed-generator'),
    subject: ({ lot }) => lot,
    due: async () => (await lotsToGenerate(parts.ledger)).flatMap(lanes),
    look: ({ lot }, signal) => generateLot(parts, lot, signal),
  };
}

/** Generates on a knock, and at every sweep. */
export function startSeedGenerator(parts: StageParts & GenerateParts): Promise<RunningStage> {
  return runStage(parts, seedGenerator(parts));
}
