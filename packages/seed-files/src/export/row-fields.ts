import type { ExportLayout } from './layout.ts';
import { isLabel, isSerial } from './text-limits.ts';
import type { ExportField, ExportFields } from './token.ts';

const MATCHES: Readonly<Record<ExportField, (text: string) => boolean>> = {
  serial: isSerial,
  manufacturer: isLabel,
  model: isLabel,
  suite: text => /^SHA(?:1|256|512)$/.test(text),
  digits: text => /^[68]$/.test(text),
  period: text => /^[1-9][0-9]{1,2}$/.test(text),
  counter: text => /^(?:0|[1-9][0-9]{0,18})$/.test(text),
};

/** The texts of one attacker-controlled row as they are found. */
export class RowFields {
  readonly #layout: ExportLayout;
  #texts: Partial<Record<ExportField, string>> = {};

  constructor(layout: ExportLayout) {
    this.#layout = layout;
  }

  /** False for bytes that no writer puts there, or that contradict the same field elsewhere in the row. */
  take(field: ExportField, bytes: Uint8Array): boolean {
    const text = readText(this.#layout, bytes);
    if (text === null || !MATCHES[field](text)) return false;
    this.#texts[field] ??= text;
    return this.#texts[field] === text;
  }

  /** All of them, and begins anew. */
  drain(): ExportFields {
    const texts = this.#texts;
    this.#texts = {};
    return texts;
  }
}

/** Null for what is no UTF-8, what the format cannot hold, and what is not escaped as the writer does it. */
function readText(layout: ExportLayout, bytes: Uint8Array): string | null {
  try {
    const raw = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const text = layout.unescape(raw);
    return layout.escape(text) === raw && !layout.refuses(text) ? text : null;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
