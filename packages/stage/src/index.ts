export { bellOf } from './bell.ts';
export { answer, type RunningStage, runStage, type Stage, type StageParts } from './stage.ts';
