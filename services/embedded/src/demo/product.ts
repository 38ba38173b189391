/** Bytes of one seed of the demo's product. */
export const SEED_LENGTH = 20;

/** Of the product's pattern: 13 decimal digits. */
export const SERIALS = { stem: '', digits: 13 };

export const PRODUCT = {
  product: 'ex-totp-1',
  manufacturer: 'Example',
  model: 'EX-TOTP-1',
  oath: { type: 'totp', hash: 'sha1', digits: 6, period: 30 },
  seedLength: SEED_LENGTH,
  serial: { prefix: '99', width: 11 },
  programmable: false,
  scrapLimitPercent: 2,
};
