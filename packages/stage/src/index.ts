export { bellOf, lanes } from './bell.ts';
export { deleteLeftover, deleteLeftovers, type LeftoverParts } from './leftovers.ts';
export { answer, type RunningStage, runStage, type Stage, type StageParts } from './stage.ts';
