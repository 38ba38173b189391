import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ContractSubject, holdToContract, play } from '@seedlot/cli/testing';
import { decrypt, generateKey, type PrivateKey, readKey, readMessage } from 'openpgp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningSystem, startSystem } from './system.ts';

let system: RunningSystem;
let factoryKey: PrivateKey;

beforeAll(async () => {
  system = await startSystem();
  const userIDs = [{ name: 'Acme', email: 'keys@acme.example' }];
  const { privateKey, publicKey } = await generateKey({ type: 'curve25519', userIDs, format: 'object' });
  factoryKey = privateKey;
  await writeFile(inFolder('acme.asc'), publicKey.armor());
  await writeFile(inFolder('admin.token'), `${system.token}\n`, { mode: 0o600 });
});

afterAll(async () => {
  expect(await system.stop()).toBe(0);
});

function inFolder(name: string): string {
  return path.join(system.folder, name);
}

/** What the factory does on its own machine: nothing of Seedlot's is needed for it. */
async function decryptFile(message: Uint8Array): Promise<Uint8Array> {
  const vendorKey = await readKey({ armoredKey: await readFile(inFolder('vendor.asc'), 'utf8') });
  const { data, signatures } = await decrypt({
    message: await readMessage({ binaryMessage: message }),
    decryptionKeys: factoryKey,
    verificationKeys: vendorKey,
    expectSigned: true,
    format: 'binary',
  });
  await Promise.all(signatures.map(signature => signature.verified));
  return data;
}

async function playHere(text: string): Promise<void> {
  const scene = {
    folder: system.folder,
    env: { SEEDLOT_SERVER: system.url, SEEDLOT_TOKEN_FILE: 'ops.token' },
    happen: async (event: string) => {
      const [, from = '', to = ''] = /^the factory decrypts (\S+) to (\S+)$/.exec(event) ?? [];
      await writeFile(inFolder(to), await decryptFile(await readFile(inFolder(from))));
    },
  };
  for await (const { expected, came } of play(text, scene)) expect(came).toBe(expected);
}

it('plays the life of an order', async () => {
  await playHere(await readFile(new URL('./life-of-an-order.txt', import.meta.url), 'utf8'));
  const csv = await readFile(inFolder('lot.csv'), 'utf8');
  expect(csv.trimEnd().split('\n')).toHaveLength(5001);
});

let subject: ContractSubject;

it('makes a lot to hold the API to its contract with', async () => {
  await playHere(
    [
      '$ seedlot order place --product ex-totp-1 --quantity 3 --factory acme --wait --json > lot.json',
      '! ...',
      '',
      '$ seedlot lot download lot-000003 --token-file acme.token --out third.pgp',
      '<folder>/third.pgp',
      '! ...',
      '',
    ].join('\n'),
  );
  const read = async (name: string) => (await readFile(inFolder(name), 'utf8')).trim();
  const plaintext = await decryptFile(await readFile(inFolder('third.pgp')));
  subject = {
    url: system.url,
    tokens: { admin: system.token, ops: await read('ops.token'), factory: await read('acme.token') },
    lot: JSON.parse(await read('lot.json')).lot,
    decryptedSha256: createHash('sha256').update(plaintext).digest('hex'),
  };
  expect(subject.lot).toBe('lot-000003');
});

holdToContract('the API that runs', () => subject);
