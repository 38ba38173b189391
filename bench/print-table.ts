import type { Cell, Table } from './rounds.ts';

/** A table as plain text: the first column to the left, figures to the right. */
export function printTable({ title, columns, rows }: Table): string {
  const lines = [columns, ...rows].map(row => row.map(print));
  const widths = columns.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)));
  const text = lines.map(line =>
    line.map((cell, column) => pad(cell, column, widths[column] ?? 0)).join('  '),
  );
  return [title, ...text.map(line => `  ${line.trimEnd()}`)].join('\n');
}

function print(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return printNumber(cell);
  return `${printNumber(cell.median)} (${printNumber(cell.least)}–${printNumber(cell.most)})`;
}

/** Three digits that count, where there are no more before the point. */
function printNumber(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))));
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 2) });
}

function pad(cell: string, column: number, width: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
