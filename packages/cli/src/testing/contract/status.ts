import { expect, it } from 'vitest';
import { statusView } from '../../client/status-view.ts';
import { type Asking, read, refusalOf } from './asking.ts';

export function status({ send, subject }: Asking): void {
  it('tells staff where the system stands, in the expected shape', async () => {
    const told = await read(await send('/status'), statusView);
    expect(told.at).toBe(new Date(told.at).toISOString());
    expect(told.queue.kind).toMatch(/^[a-z]+$/);
    expect(told.workers.length).toBeGreaterThan(0);
    expect(told.lots.map(({ count }) => count).every(count => count > 0)).toBe(true);
  });

  it('is not for a factory', async () => {
    const refusal = await refusalOf(await send('/status', {}, subject().tokens.factory));
    expect(refusal.problem).toMatchObject({ status: 403, code: 'role_refused' });
  });
}
