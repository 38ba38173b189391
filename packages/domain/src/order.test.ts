import { expect, test } from 'vitest';
import { LOT_LIMIT, pageCount, pageLength } from './lot-shape.ts';
import { orderRequestSchema } from './order.ts';
import { productSchema } from './product.ts';
import { defaultTerms, termsFault } from './retention.ts';

const order = { product: 'ex-totp-1', quantity: 1, factory: 'acme' };

test.each([0, -1, 1.5, LOT_LIMIT + 1, '5', Number.NaN])('an order of %j is refused', quantity => {
  expect(orderRequestSchema.safeParse({ ...order, quantity }).success).toBe(false);
});

test('a misspelt field is refused, not ignored', () => {
  expect(orderRequestSchema.safeParse(order).success).toBe(true);
  expect(orderRequestSchema.safeParse({ ...order, custumer: 'x' }).success).toBe(false);
});

test('default terms fit their order, the other kind never does', () => {
  for (const hasCustomer of [true, false]) {
    expect(termsFault(defaultTerms(hasCustomer), hasCustomer)).toBeNull();
    expect(termsFault(defaultTerms(!hasCustomer), hasCustomer)).toMatch(/customer/);
  }
  expect(termsFault({ terms: 'keep', daysAfterReceipt: 91, capDays: 90 }, true)).toMatch(/cap/);
  expect(termsFault({ terms: 'none' }, false)).toMatch(/customer/);
});

test('a product has seeds of 16 bytes or more and a period only when it counts time', () => {
  const product = {
    product: 'p',
    manufacturer: 'Example',
    model: 'M',
    oath: { type: 'totp', hash: 'sha1', digits: 6, period: 30 },
    seedLength: 20,
    serial: { prefix: '99', width: 11 },
    programmable: false,
  };
  expect(productSchema.safeParse(product).success).toBe(true);
  expect(productSchema.safeParse({ ...product, seedLength: 15 }).success).toBe(false);
  const counted = { type: 'hotp', hash: 'sha1', digits: 6, period: 30 };
  expect(productSchema.safeParse({ ...product, oath: counted }).success).toBe(false);
});

test('the pages of a lot hold every serial once', () => {
  for (const quantity of [1, 4095, 4096, 4097, 10_000]) {
    const lengths = Array.from({ length: pageCount(quantity) }, (_, page) => pageLength(quantity, page));
    expect(lengths.reduce((a, b) => a + b)).toBe(quantity);
    expect(lengths.every(length => length > 0)).toBe(true);
  }
});
