import type { SeedCodec } from '../seed-codec.ts';
import type { ExportField, ExportToken } from './token.ts';

/** Why a format cannot hold a token, in words for the customer. */
export interface FormatLimit {
  readonly limit: 'type' | 'hash' | 'digits' | 'period' | 'counter' | 'seed_length' | 'mixture' | 'text';
  readonly reason: string;
}

/**
 * One format. Header, rows and trailer follow each other without anything in between. A row is a text with holes: `{seed}`
 * and those named by `ExportField`; what stands in a hole never holds the character after it.
 */
export interface ExportLayout {
  /** Of a file's name, without a dot. */
  readonly extension: string;
  readonly media: string;
  readonly header: string;
  readonly totp: string;
  /** Null where the format is for TOTP alone. */
  readonly hotp: string | null;
  readonly trailer: string;
  readonly codec: SeedCodec;
  /** True for a text of a hole that has no place in such a file. */
  refuses(text: string): boolean;
  escape(text: string): string;
  /** Undoes `escape` on attacker-controlled text; what it makes of other texts does not matter. */
  unescape(text: string): string;
  /** What of this token cannot be said; `first` is a token of the same file, or this one. */
  limits(token: ExportToken, first: ExportToken): FormatLimit[];
}

/** A piece of a layout: bytes that stand there, or what a hole holds. */
export type Part = { readonly literal: Uint8Array } | { readonly hole: ExportField | 'seed' };

export function partsOf(text: string): Part[] {
  return text.split(/\{(\w+)\}/).flatMap<Part>((piece, i) => {
    if (i % 2 === 1) return [{ hole: piece as ExportField | 'seed' }];
    return piece === '' ? [] : [{ literal: new TextEncoder().encode(piece) }];
  });
}
