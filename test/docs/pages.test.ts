import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSystem, startSystem } from '../cli/system.ts';
import { lacks } from '../setup/requirements.ts';
import { CustomerDesk } from './customer-desk.ts';
import { FactoryDesk } from './factory-desk.ts';
import { play, type Route } from './play.ts';
import { Reader } from './reader.ts';
import { Vendor } from './vendor.ts';

const PATIENCE = 300_000;
const OPENED = '6. Open it and check who signed';

describe.skipIf(lacks('gpg'))('people who do what their page says', () => {
  describe.skipIf(lacks('curl'))('with gpg and curl', () => {
    let system: RunningSystem;
    let vendor: Vendor;

    beforeAll(async () => {
      system = await startSystem();
      vendor = await Vendor.open(system);
    });

    afterAll(async () => {
      expect(await system.stop()).toBe(0);
    });

    async function factoryFollows(route: Route): Promise<readonly string[]> {
      await using reader = await Reader.create();
      const desk = new FactoryDesk(vendor, reader, `acme-${route}`);
      const said = await play(reader, { page: 'for-factories.md', route, before: desk.before(system.url) });
      expectGoodSignature(said.get(OPENED));
      expect(desk.states).toEqual({ burned: 'received', reported: 'produced' });
      expect(await desk.replaceKey()).toBe(await reader.fingerprint());
      return desk.burned();
    }

    async function customerFollows(route: Route, serials: readonly string[]): Promise<void> {
      await using reader = await Reader.create();
      const desk = new CustomerDesk(vendor, reader, { customer: `bank-${route}`, serials });
      const said = await play(reader, { page: 'for-customers.md', route, before: desk.before(system.url) });
      expectGoodSignature(said.get(OPENED));
      expect(desk.upload).toBe(desk.expectedUpload);
      expect(desk.state).toBe('received');
      expect(await desk.replaceKey()).toBe(await reader.fingerprint());
    }

    it.for<Route>(['cli', 'curl'])(
      'come from their first keys to tokens that log in, by %s',
      { timeout: PATIENCE },
      async route => customerFollows(route, await factoryFollows(route)),
    );
  });
});

function expectGoodSignature(said: string | undefined): void {
  expect(said).toMatch(/Good signature from "Seedlot vendor" \[full\]/);
  expect(said).not.toContain('WARNING');
}
