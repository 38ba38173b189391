import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Screen } from '../terminal.ts';
import { card, type Field, table } from './table.ts';
import { fit, widthOf } from './width.ts';

interface Row {
  readonly name: string;
  readonly size: string;
}

const fields: readonly Field<Row>[] = [
  { title: 'Name', of: row => row.name },
  { title: 'Size', of: row => row.size, right: true },
];

function screen(columns: number | null, colours = false): Screen {
  return { columns, rows: null, colours, write: async () => {} };
}

const anyRow = fc.record({ name: fc.string({ unit: 'grapheme' }), size: fc.string({ unit: 'binary' }) });

describe('table', () => {
  it('aligns names to the left and numbers to the right', () => {
    const rows = [
      { name: 'a', size: '1,000' },
      { name: 'bcdefg', size: '7' },
    ];
    expect(table(screen(80), fields, rows)).toEqual(['NAME     SIZE', 'a       1,000', 'bcdefg      7']);
  });

  it('aligns wide characters by the columns that they take', () => {
    const rows = [
      { name: '例', size: '1' },
      { name: 'e\u0301x', size: '2' },
    ];
    expect(table(screen(80), fields, rows)).toEqual(['NAME  SIZE', '例       1', 'e\u0301x       2']);
  });

  it('never writes a line wider than the screen as a table, whatever it shows', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1 }), fc.integer({ min: 1, max: 60 }), (rows, columns) => {
        const lines = table(screen(columns), fields, rows);
        const isTable = lines[0]?.startsWith('NAME') === true;
        return !isTable || lines.every(line => widthOf(line) <= columns);
      }),
    );
  });

  it('becomes cards where the screen is too narrow, and cuts nothing', () => {
    const rows = [
      { name: 'lot-000001', size: '1,000' },
      { name: 'lot-000002', size: '7' },
    ];
    expect(table(screen(12), fields, rows)).toEqual([
      'Name  lot-000001',
      'Size  1,000',
      '',
      'Name  lot-000002',
      'Size  7',
    ]);
  });

  it('lets prose go on below itself, shared fairly, before it gives up the table', () => {
    const prose: readonly Field<Row>[] = [
      { title: 'Code', of: () => 'lot_foreign' },
      { title: 'Reason', of: row => row.name, wraps: true },
      { title: 'Fix', of: row => row.size, wraps: true },
    ];
    const row = { name: 'This is a serial of another lot', size: 'Take the line out of the file' };
    expect(table(screen(60), prose, [row])).toEqual([
      'CODE         REASON                  FIX',
      'lot_foreign  This is a serial of     Take the line out of',
      '             another lot             the file',
    ]);
    expect(table(screen(50), prose, [row])[0]).toBe('Code    lot_foreign');
  });

  it('is as wide as it needs to be where nobody looks', () => {
    const name = 'x'.repeat(500);
    expect(table(screen(null), fields, [{ name, size: '1' }])[1]).toBe(`${name}     1`);
  });

  it('is styled only where colours are wanted', () => {
    expect(table(screen(80, true), fields, [{ name: 'a', size: '1' }])[0]).toBe('\x1b[1mNAME  SIZE\x1b[22m');
  });
});

describe('card', () => {
  it('leaves out what is not known, and makes hostile text printable', () => {
    expect(card(screen(null), fields, { name: 'a\x1b[2Jb\nc', size: '' })).toEqual([
      'Name  a\u{fffd}[2Jb\u{fffd}c',
    ]);
  });
});

describe('fit', () => {
  it('cuts before the column that is not there, never through a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.nat(20),
        (text, width) => widthOf(fit(text, width)) <= width,
      ),
    );
    expect(fit('例例', 3)).toBe('例');
  });
});
