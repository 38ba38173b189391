import { DomainError, parseSerial } from '@seedlot/domain';
import type { FormatLimit } from './layout.ts';
import type { ExportToken } from './token.ts';

/** The most characters of a manufacturer or a model. */
const LABEL_LIMIT = 100;

type Refuses = (text: string) => boolean;

/** Programs for tables take a text with such a start for a formula. */
const FORMULA = /^[=+\-@]/;

/** Some importers split at every comma, whatever the quotes: what would need quoting is refused instead. */
export const isUnsafeInCsv: Refuses = text => FORMULA.test(text) || /[,"\p{Cc}]/u.test(text);

/** XML 1.0, section 2.2: these cannot even be escaped. */
export const isNoXmlText: Refuses = text => /[\p{Cc}\ufffe\uffff]/u.test(text);

/** Faults of the texts of a row: `refuses` tells what the format cannot hold. */
export function textLimits({ serial, product }: ExportToken, refuses: Refuses): FormatLimit[] {
  const labels = { manufacturer: product.manufacturer, model: product.model };
  return [
    ...serialLimits(serial, refuses),
    ...Object.entries(labels).flatMap(([name, label]) =>
      isLabel(label) && !refuses(label) ? [] : [unwritable(`the name of the ${name}`)],
    ),
  ];
}

export function serialLimits(serial: string, refuses: Refuses): FormatLimit[] {
  return isSerial(serial) && !refuses(serial) ? [] : [unwritable('the serial')];
}

function unwritable(what: string): FormatLimit {
  return { limit: 'text', reason: `${what} has characters that this kind of file cannot hold safely` };
}

export function isLabel(text: string): boolean {
  return text.length >= 1 && text.length <= LABEL_LIMIT && text.isWellFormed();
}

export function isSerial(text: string): boolean {
  try {
    parseSerial(text);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}
