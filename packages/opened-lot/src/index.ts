export { type LotReader, OpenedLot, openLot, type SeedRun } from './opened-lot.ts';
