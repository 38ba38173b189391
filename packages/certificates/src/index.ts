export { type CopyFacts, type DeliveryFacts, type RootFacts, stateCoverage } from './coverage.ts';
export { COPY_CLASSES, type CopyClass, type CoverageEntry } from './coverage-entry.ts';
export { type SelfCheck, type Verdict, verdictOf } from './verdict.ts';
