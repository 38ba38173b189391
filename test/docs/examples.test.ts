import { FaultList, ProductionReportReader } from '@seedlot/csv-intake';
import { describe, expect, it } from 'vitest';
import { blockOf } from './page.ts';

/** The lot that the examples are about, of five tokens. */
const LOT = {
  lot: 'lot-000001',
  space: { stem: '', digits: 13 },
  numbers: { first: 9_900_000_000_000n, after: 9_900_000_000_005n },
};

describe('the reports that factories are shown', () => {
  it.each(['totp', 'hotp'] as const)('are read without a fault: %s', type => {
    const faults = new FaultList<string>();
    const results: string[] = [];
    let samples = 0;
    using csv = new ProductionReportReader({ ...LOT, otp: { type, digits: 6 } }, faults, row => {
      results.push(row.result);
      if (row.sample !== null) samples += 1;
    });
    csv.push(Buffer.from(blockOf('for-factories.md', `csv ${type}-report`)));
    csv.end();
    expect(faults.byLine()).toEqual([]);
    expect(results).toEqual(['burned', 'burned', 'scrapped', 'burned', 'burned']);
    expect(samples).toBe(2);
  });
});
