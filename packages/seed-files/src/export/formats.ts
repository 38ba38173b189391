import { SeedFileError } from '../errors.ts';
import { entraCsv } from './entra-csv.ts';
import { hexCsv } from './hex-csv.ts';
import type { ExportLayout, FormatLimit } from './layout.ts';
import { pskc } from './pskc.ts';
import type { ExportToken } from './token.ts';

/** What customers may choose from; the first one is the default. */
export const EXPORT_FORMATS = ['entra-csv', 'hex-csv', 'pskc'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const DEFAULT_EXPORT_FORMAT: ExportFormat = 'entra-csv';

export const LAYOUTS: Readonly<Record<ExportFormat, ExportLayout>> = {
  'entra-csv': entraCsv,
  'hex-csv': hexCsv,
  pskc,
};

/** What a format cannot say of some tokens. */
export interface FormatFault {
  readonly format: ExportFormat;
  /** Each kind of limit once. */
  readonly limits: readonly FormatLimit[];
  /** The formats that can hold these tokens; may be none. */
  readonly works: readonly ExportFormat[];
  /** One sentence for the customer: the reasons, and what would work. */
  readonly message: string;
}

/**
 * Why `format` cannot hold these tokens in one file, or null: to be asked before a file is made. One token for each product is
 * enough if it stands for the others: with the highest counter, and a serial of each form.
 */
export function formatFault(format: ExportFormat, tokens: readonly ExportToken[]): FormatFault | null {
  const limits = limitsOf(format, tokens);
  if (limits.length === 0) return null;
  const works = EXPORT_FORMATS.filter(other => limitsOf(other, tokens).length === 0);
  const reasons = limits.map(({ reason }) => reason).join('; ');
  const remedy = works.length === 0 ? 'No other format can' : `This would work: ${works.join(', ')}`;
  return { format, limits, works, message: `A file in ${format} cannot be made: ${reasons}. ${remedy}` };
}

/** Throws `format_cannot_express` with the message of `formatFault`. */
export function assertExpressible(format: ExportFormat, tokens: readonly ExportToken[]): void {
  const fault = formatFault(format, tokens);
  if (fault !== null) throw new SeedFileError('format_cannot_express', fault.message);
}

function limitsOf(format: ExportFormat, tokens: readonly ExportToken[]): FormatLimit[] {
  const [first] = tokens;
  if (first === undefined) return [];
  const all = tokens.flatMap(token => LAYOUTS[format].limits(token, first));
  return [...new Map(all.map(limit => [limit.reason, limit])).values()];
}
