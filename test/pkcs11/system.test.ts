import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem } from '../cli/system.ts';
import { lacks } from '../setup/requirements.ts';
import { SoftHsm } from './soft-hsm.ts';

describe.skipIf(lacks('softhsm2'))('a system whose roots are in a token', () => {
  let hsm: SoftHsm;
  beforeAll(async () => {
    hsm = await SoftHsm.make();
  });
  afterAll(() => hsm[Symbol.asyncDispose]());

  it('runs, with one ring in the token alone and the other mirrored in a folder', async () => {
    const env = {
      SEEDLOT_SEEDS_SLOT: hsm.uri(),
      SEEDLOT_FILES_SLOT: `file://${encodeURI(hsm.folder)}/files ${hsm.uri()}`,
    };
    const system = await startSystem({ env });
    expect(await (await fetch(`${system.url}/readyz`)).json()).toMatchObject({ filesSlot: 'ok' });
    expect(await system.stop()).toBe(0);
  });

  it.each([
    [
      'without its token',
      () => hsm.uri({ token: 'elsewhere' }),
      /No token "elsewhere" is present \[token_unreachable\]/,
    ],
    ['without its PIN', () => hsm.uri({ pin: 'env:NO_PIN' }), /NO_PIN.* not set \[pin_unreadable\]/],
    ['with another PIN', () => hsm.uri({ pin: `file:${hsm.configuration}` }), /\[pin_(exposed|refused)\]/],
    ['with an address that is none', () => 'hsm', /\[slot_address_malformed\]/],
  ])('does not start %s, and says why in a line', async (_, address, words) => {
    const starting = startSystem({ env: { SEEDLOT_SEEDS_SLOT: address() } });
    await expect(starting).rejects.toThrow(words);
    await expect(starting).rejects.not.toThrow(/ at .*:\d+:\d+/);
  });
});
