import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PinnedKey, readRecipientKey, verifyDetached } from '@seedlot/openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks, programPath } from '../setup/requirements.ts';
import { runProgram } from './run-program.ts';

const report = Buffer.from('lot,serial,result\nlot-000001,1000000000001,burned\n');

describe.skipIf(lacks('sqop'))('of the signatures that sqop makes', () => {
  let folder: string;
  let keys: PinnedKey[];
  let fingerprint: string;
  const sqop = async (args: string[], input: string | Uint8Array) => {
    const { code, stdout, stderr } = await runProgram(programPath('sqop') ?? '', args, input);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return stdout;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sqop-'));
    const secretKey = await sqop(['generate-key', 'Factory'], '');
    await writeFile(join(folder, 'secret.asc'), secretKey);
    const certificate = await sqop(['extract-cert'], secretKey);
    const key = await readRecipientKey(certificate, { mustSign: true, now: new Date() });
    fingerprint = key.fingerprint;
    keys = [{ armored: key.armored, state: 'current' }];
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const sign = (options: string[], content: Uint8Array = report) =>
    sqop(['sign', ...options, '--', join(folder, 'secret.asc')], content);
  async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
    yield content;
  }
  const verify = (signature: Uint8Array, content: Uint8Array = report) =>
    verifyDetached({ signature, keys, now: new Date() }, once(content));

  test.each([[], ['--no-armor']])('one made with the options %j holds', async (...options) => {
    for (const content of [report, Buffer.alloc(0), Buffer.alloc(1_000_000, 'x')]) {
      expect(await verify(await sign(options, content), content)).toMatchObject({ fingerprint });
    }
  });

  test('one is refused for other bytes', async () => {
    const refusal = verify(await sign([]), Buffer.concat([report, Buffer.of(10)]));
    await expect(refusal).rejects.toMatchObject({ code: 'signature_wrong' });
  });

  test('one over text is refused', async () => {
    await expect(verify(await sign(['--as=text']))).rejects.toMatchObject({ code: 'signature_of_text' });
  });
});
