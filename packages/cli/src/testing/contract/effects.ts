import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { z } from 'zod';
import * as views from '../../client/views.ts';
import { type Asking, post, read, refusalOf } from './asking.ts';

export function effects({ send, subject }: Asking): void {
  it('happen once for a key, and hand out a token once', async () => {
    const { admin } = subject().tokens;
    const request = post({ name: `once ${randomUUID()}`, role: 'approver' });
    const [first, again] = [await send('/staff', request, admin), await send('/staff', request, admin)];
    expect([first.status, again.status]).toEqual([201, 201]);
    const added = await read(first, views.staffAdded);
    expect(added.token).toMatch(/^seedlot_/);
    expect(await read(again, views.staffAdded)).toEqual({ ...added, token: null });
  });

  it('are refused under a key that came with another body', async () => {
    const key = randomUUID();
    const { admin } = subject().tokens;
    await send('/staff', post({ name: `one ${key}`, role: 'ops' }, key), admin);
    const refusal = await refusalOf(
      await send('/staff', post({ name: `two ${key}`, role: 'ops' }, key), admin),
    );
    expect(refusal.problem).toMatchObject({ status: 409, code: 'idempotency_key_reused' });
  });

  it('name what they made', async () => {
    const product = `contract-${randomUUID().slice(0, 8)}`;
    const serial = { prefix: `C${randomUUID().slice(0, 6).toUpperCase()}-`, width: 8 };
    const oath = { type: 'totp', hash: 'sha1', digits: 6, period: 30 };
    const more = { manufacturer: 'Example', model: 'C-1', seedLength: 20, programmable: false };
    const added = await send('/products', post({ product, oath, serial, ...more }));
    expect(await read(added, views.productAdded)).toEqual({ product });
    const factories = z.looseObject({ items: z.array(views.factoryView) });
    const [first] = (await read(await send('/factories'), factories)).items;
    const order = { product, quantity: 1, factory: first?.factory, nonProduction: true };
    const made = await read(await send('/orders', post(order)), views.orderOfLot);
    expect(await read(await send(`/orders/${made.order}`), views.orderView)).toMatchObject(made);
    const cancelled = await send(`/orders/${made.order}/cancel`, post({}));
    expect(await read(cancelled, views.orderOfLot)).toEqual(made);
  });
}
