import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileRootSlot, MirroredRootSlot } from '@seedlot/erasable';
import { describeRootSlot } from '@seedlot/erasable/testing';
import { Pkcs11RootSlot } from '@seedlot/pkcs11-slot';
import { afterAll, beforeAll, describe } from 'vitest';
import { lacks } from '../setup/requirements.ts';
import { SoftHsm } from './soft-hsm.ts';

describe.skipIf(lacks('softhsm2'))('on SoftHSM', () => {
  let hsm: SoftHsm;
  beforeAll(async () => {
    hsm = await SoftHsm.make();
  });
  afterAll(() => hsm[Symbol.asyncDispose]());

  describeRootSlot('Pkcs11RootSlot', async () => {
    const address = hsm.address();
    return {
      slot: await Pkcs11RootSlot.at(address, 'seeds', {}),
      otherProcess: await Pkcs11RootSlot.at(address, 'seeds', {}),
      [Symbol.asyncDispose]: async () => {},
    };
  });

  describeRootSlot('a file and a token as MirroredRootSlot', async () => {
    const address = hsm.address();
    const folder = await mkdtemp(join(tmpdir(), 'seedlot slot '));
    const both = async () =>
      new MirroredRootSlot([await FileRootSlot.at(folder), await Pkcs11RootSlot.at(address, 'seeds', {})]);
    return {
      slot: await both(),
      otherProcess: await both(),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    };
  });
});
