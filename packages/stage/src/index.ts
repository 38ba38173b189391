export { bellOf } from './bell.ts';
export { type RunningStage, runStage, type Stage, type StageParts } from './stage.ts';
