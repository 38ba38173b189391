import { describe } from 'vitest';
import { askingOf, type ContractSubject } from './contract/asking.ts';
import { downloads } from './contract/downloads.ts';
import { effects } from './contract/effects.ts';
import { events } from './contract/events.ts';
import { lists } from './contract/lists.ts';
import { receipts } from './contract/receipts.ts';
import { refusals } from './contract/refusals.ts';
import { status } from './contract/status.ts';

export type { ContractSubject } from './contract/asking.ts';

/** What the commands rely on, of the API that runs and of the fake one that stands for it in tests. */
export function holdToContract(name: string, subject: () => ContractSubject): void {
  const asking = askingOf(subject);
  describe(`${name}: the contract of`, () => {
    describe('refusals', () => refusals(asking));
    describe('lists', () => lists(asking));
    describe('the status', () => status(asking));
    describe('effects', () => effects(asking));
    describe('events', () => events(asking));
    describe('downloads', () => downloads(asking));
    describe('receipts', () => receipts(asking));
  });
}
