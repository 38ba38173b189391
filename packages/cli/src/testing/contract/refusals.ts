import { expect, it } from 'vitest';
import { CliError } from '../../errors.ts';
import { type Asking, refusalOf } from './asking.ts';

export function refusals({ send }: Asking): void {
  it.each([
    ['no token', '', 401, 'token_missing'],
    ['a token that nobody has', 'seedlot_x', 401, 'token_invalid'],
  ])('%s is told by a problem', async (_what, token, status, code) => {
    const refusal = await refusalOf(await send('/lots', {}, token));
    expect(refusal).toBeInstanceOf(CliError);
    expect(refusal.problem).toMatchObject({ status, code, type: `https://seedlot.example/problems/${code}` });
  });

  it.each([
    ['/products/absent', 'unknown_product'],
    ['/factories/absent', 'unknown_factory'],
    ['/customers/absent', 'unknown_customer'],
    ['/orders/order-999999', 'unknown_order'],
    ['/lots/lot-999999', 'unknown_lot'],
    ['/lots/lot-999999/events', 'unknown_lot'],
  ])('%s is unknown', async (path, code) => {
    expect((await refusalOf(await send(path))).problem).toMatchObject({ status: 404, code });
  });

  it('a file is not for staff', async () => {
    const refusal = await refusalOf(await send('/lots/lot-000001/file'));
    expect(refusal.problem).toMatchObject({ status: 403, code: 'role_refused' });
  });
}
