import { execFile } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { refusal } from '@seedlot/erasable/testing';
import { Pkcs11Error, type Pkcs11ErrorCode, Pkcs11RootSlot, type TokenAddress } from '@seedlot/pkcs11-slot';
import { CK, Token } from '@seedlot/pkcs11-slot/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lacks } from '../setup/requirements.ts';
import { PIN, SoftHsm } from './soft-hsm.ts';

const run = promisify(execFile);
const CLAIMING = fileURLToPath(new URL('claiming-process.ts', import.meta.url));
const AAD = Buffer.from('context');

describe.skipIf(lacks('softhsm2'))('a token', () => {
  let hsm: SoftHsm;
  let address: TokenAddress;
  let slot: Pkcs11RootSlot;
  beforeAll(async () => {
    hsm = await SoftHsm.make('twin', 'twin');
  });
  afterAll(() => hsm[Symbol.asyncDispose]());
  beforeEach(async () => {
    address = hsm.address();
    slot = await Pkcs11RootSlot.at(address, 'seeds', {});
  });

  const refused = (code: Pkcs11ErrorCode, message = /./) =>
    expect.objectContaining({ constructor: Pkcs11Error, code, message: expect.stringMatching(message) });
  const at = (place: TokenAddress, environment = {}) => Pkcs11RootSlot.at(place, 'seeds', environment);

  /** Handles of all objects with this slot's label, and what to do with them. */
  const objects = async (name: 'root' | 'mark', act: Parameters<typeof eachObject>[2]) =>
    eachObject(await Token.at(address, {}), `${address.object} seeds ${name}`, act);

  describe('at the start', () => {
    it('is refused with clear words when it is not there, or there twice', async () => {
      await expect(at(hsm.address({ token: 'elsewhere' }))).rejects.toEqual(
        refused('token_unreachable', /No token "elsewhere" is present/),
      );
      await expect(at(hsm.address({ token: 'twin' }))).rejects.toEqual(
        refused('token_ambiguous', /2 tokens/),
      );
    });

    it('is refused without its module', async () => {
      const absent = { ...address, module: '/nowhere/hsm.so' };
      await expect(at(absent)).rejects.toEqual(refused('pkcs11_module_unavailable', /\/nowhere\/hsm\.so/));
    });

    it('takes the PIN from the environment, too', async () => {
      const slotOfVariable = await at(hsm.address({ object: address.object, pin: 'env:HSM_PIN' }), {
        HSM_PIN: PIN,
      });
      expect(await slotOfVariable.list()).toEqual([]);
    });
  });

  describe('of two rings', () => {
    it('keeps their roots apart', async () => {
      const files = await Pkcs11RootSlot.at(address, 'files', {});
      await slot.create(1);
      expect(await files.list()).toEqual([]);
      await files.create(1);
      await files.destroy(1);
      expect(await slot.list()).toEqual([1]);
    });
  });

  describe('of two processes', () => {
    it('gives each id to at most one of them', async () => {
      const claim = () => run(process.execPath, [CLAIMING, address.uri, '1', '60']);
      const claims = await Promise.all([claim(), claim(), claim()]);
      const won: number[] = claims.flatMap(({ stdout }) => JSON.parse(stdout));
      expect(new Set(won).size).toBe(won.length);
      expect(won.length).toBeGreaterThan(0);
      expect(await slot.list()).toEqual(won.sort((a, b) => a - b));
      expect(await slot.highWater()).toBe(60);
    });
  });

  describe('a root in it', () => {
    it('cannot be read, not even by who knows the PIN', async () => {
      await slot.create(1);
      await expect(
        objects('root', (cryptoki, session, object) =>
          cryptoki.C_GetAttributeValue(session, object, [{ type: CK.CKA_VALUE }]),
        ),
      ).rejects.toEqual(refused('token_call_failed', /CKR_ATTRIBUTE_SENSITIVE/));
    });

    it('that is gone under an open handle is missing', async () => {
      await slot.create(1);
      await using root = await slot.open(1);
      const sealed = await root.seal(AAD, Buffer.from('plain'));
      await objects('root', (cryptoki, session, object) => cryptoki.C_DestroyObject(session, object));
      await expect(root.unseal(AAD, sealed)).rejects.toEqual(refusal('root_missing'));
      await expect(root.seal(AAD, sealed)).rejects.toEqual(refusal('root_missing'));
    });

    it('that somebody brought from outside does not open, and is destroyed', async () => {
      await slot.create(1);
      await slot.destroy(1);
      await plant(address, 1, { extractable: true });
      await expect(slot.open(1)).rejects.toEqual(refusal('root_damaged'));
      expect(await slot.list()).toEqual([1]);
      await slot.destroy(1);
      expect(await slot.list()).toEqual([]);
    });

    it('that is there twice is refused, and destroyed twice', async () => {
      await slot.create(1);
      await plant(address, 1, { extractable: false });
      await expect(slot.open(1)).rejects.toEqual(refusal('root_damaged'));
      await expect(slot.list()).rejects.toEqual(refusal('slot_damaged'));
      await slot.destroy(1);
      expect(await slot.list()).toEqual([]);
    });

    it.each([0, 2 ** 60])('is refused under an id that no slot gives: %s', async id => {
      await plant(address, id, { extractable: false });
      await expect(slot.list()).rejects.toEqual(refusal('slot_damaged'));
      await expect(at(address)).rejects.toEqual(refusal('slot_damaged'));
    });

    it('above the mark is refused: the token was put back', async () => {
      await slot.create(1);
      await plant(address, 7, { extractable: false });
      await expect(slot.list()).rejects.toEqual(refusal('slot_damaged'));
      await expect(at(address)).rejects.toEqual(refusal('slot_damaged'));
    });
  });

  describe('without its mark', () => {
    it('is not taken for one whose roots are destroyed', async () => {
      await slot.create(1);
      await slot.destroy(1);
      await objects('mark', (cryptoki, session, object) => cryptoki.C_DestroyObject(session, object));
      await expect(slot.open(1)).rejects.toEqual(refusal('slot_unreachable'));
      await expect(slot.highWater()).rejects.toEqual(refusal('slot_unreachable'));
      await expect(slot.destroy(1)).rejects.toEqual(refusal('root_not_destroyed'));
    });
  });

  describe('that ends all sessions', () => {
    it('is logged in to again, by handles that were open, too', async () => {
      await slot.create(1);
      await using root = await slot.open(1);
      const sealed = await root.seal(AAD, Buffer.from('plain'));
      await closeAllSessions(address);
      using opened = await root.unseal(AAD, sealed);
      expect(Buffer.from(opened.bytes).toString()).toBe('plain');
      expect(await slot.list()).toEqual([1]);
    });

    it('and has another PIN now is asked once, and never again: a token locks itself', async () => {
      await writeFile(hsm.pinFile, 'not the pin\n');
      await closeAllSessions(address);
      for (let asked = 0; asked < 20; asked++) {
        await expect(slot.list()).rejects.toEqual(refusal('slot_unreachable'));
      }
      await expect(slot.list()).rejects.toThrow(/CKR_PIN_INCORRECT/);
      await expect(slot.list()).rejects.not.toThrow(/not the pin/);
      await writeFile(hsm.pinFile, `${PIN}\n`);
      expect(await (await at(address)).list()).toEqual([]);
    });
  });

  it('whose folder is away is unreachable', async () => {
    await slot.create(1);
    await rename(join(hsm.folder, 'tokens'), join(hsm.folder, 'away'));
    try {
      await expect(slot.create(2)).rejects.toEqual(refusal('slot_unreachable'));
      await expect(slot.destroy(1)).rejects.toEqual(refusal('root_not_destroyed'));
    } finally {
      await rename(join(hsm.folder, 'away'), join(hsm.folder, 'tokens'));
    }
  });
});

type Call = Parameters<Parameters<Token['runNow']>[0]>;

function eachObject(
  token: Token,
  label: string,
  act: (cryptoki: Call[0], session: Call[1], object: Buffer) => unknown,
): Promise<void> {
  return token.run((cryptoki, session) => {
    cryptoki.C_FindObjectsInit(session, [{ type: CK.CKA_LABEL, value: label }]);
    const found = cryptoki.C_FindObjects(session, 100);
    cryptoki.C_FindObjectsFinal(session);
    for (const object of found) act(cryptoki, session, object);
  });
}

/** A key with the label and id of a root. */
async function plant(
  address: TokenAddress,
  id: number,
  { extractable }: { extractable: boolean },
): Promise<void> {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(id));
  const token = await Token.at(address, {});
  await token.run((cryptoki, session) =>
    cryptoki.C_GenerateKey(session, { mechanism: CK.CKM_AES_KEY_GEN, parameter: null }, [
      { type: CK.CKA_CLASS, value: CK.CKO_SECRET_KEY },
      { type: CK.CKA_LABEL, value: `${address.object} seeds root` },
      { type: CK.CKA_ID, value: bytes },
      { type: CK.CKA_KEY_TYPE, value: CK.CKK_AES },
      { type: CK.CKA_VALUE_LEN, value: 32 },
      { type: CK.CKA_TOKEN, value: true },
      { type: CK.CKA_SENSITIVE, value: true },
      { type: CK.CKA_EXTRACTABLE, value: extractable },
    ]),
  );
}

/** As a restart of the token does. */
async function closeAllSessions(address: TokenAddress): Promise<void> {
  const token = await Token.at(address, {});
  await token.run(cryptoki => {
    for (const present of cryptoki.C_GetSlotList(true)) cryptoki.C_CloseAllSessions(present);
  });
}
