import { expect, it } from 'vitest';
import { z } from 'zod';
import * as views from '../../client/views.ts';
import { type Asking, read } from './asking.ts';

export function lists({ send, subject }: Asking): void {
  it.each([
    ['/products', views.productView],
    ['/factories', views.factoryView],
    ['/customers', views.customerView],
    ['/orders', views.orderView],
    ['/lots', views.lotView],
  ])('%s comes in pages of the expected shape', async (path, shape) => {
    const page = z.looseObject({ items: z.array(shape), next: z.string().nullable() });
    const pageAt = async (query: string) => read(await send(`${path}${query}`), page);
    const all = await pageAt('?limit=200');
    expect(all.items.length).toBeGreaterThan(0);
    const one = await pageAt('?limit=1');
    expect(one.items).toEqual(all.items.slice(0, 1));
    expect(one.next === null).toBe(all.items.length === 1);
    if (one.next === null) return;
    const second = await pageAt(`?limit=1&cursor=${encodeURIComponent(one.next)}`);
    expect(second.items).toEqual(all.items.slice(1, 2));
  });

  it('/staff is for an admin', async () => {
    const page = z.looseObject({ items: z.array(views.staffView).min(1) });
    const response = await send('/staff', {}, subject().tokens.admin);
    expect(await read(response, page)).toBeDefined();
  });

  it('/vendor-keys are armored', async () => {
    const { items } = await read(await send('/vendor-keys'), views.vendorKeys);
    expect(items[0]?.publicKey).toContain('-----BEGIN PGP PUBLIC KEY BLOCK-----');
  });
}
