import type { Product } from '@seedlot/domain';

/** What a customer's login system is told of a product. */
export type ExportProduct = Pick<Product, 'manufacturer' | 'model' | 'oath' | 'seedLength'>;

/** All of a token but its seed. */
export interface ExportToken {
  /** As it is printed: users type it, so a file must hold it character for character. */
  readonly serial: string;
  readonly product: ExportProduct;
  /** The next counter of an HOTP token; 0 for TOTP. */
  readonly counter: bigint;
}

/** Texts that a row may hold beside the seed. */
export const FIELDS = ['serial', 'manufacturer', 'model', 'suite', 'digits', 'period', 'counter'] as const;

export type ExportField = (typeof FIELDS)[number];

/** The texts of one row, unescaped; a format lacks some of them. */
export type ExportFields = Readonly<Partial<Record<ExportField, string>>>;

/** Each text that a format may hold of a token. */
export function fieldsOf({ serial, product, counter }: ExportToken): ExportFields {
  const { manufacturer, model, oath } = product;
  return {
    serial,
    manufacturer,
    model,
    suite: oath.hash.toUpperCase(),
    digits: `${oath.digits}`,
    ...(oath.type === 'totp' ? { period: `${oath.period}` } : { counter: `${counter}` }),
  };
}
