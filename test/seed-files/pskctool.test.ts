import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExportToken, ExportWriter } from '@seedlot/seed-files';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../openpgp/run-program.ts';
import { lacks, programPath } from '../setup/requirements.ts';

const seed = Uint8Array.from('12345678901234567890', character => character.charCodeAt(0));
const totp: ExportToken = {
  serial: '9900000000001',
  product: {
    manufacturer: 'Maker & <Sons> "東京"',
    model: 'EX-TOTP-1',
    oath: { type: 'totp', hash: 'sha256', digits: 8, period: 60 },
    seedLength: 20,
  },
  counter: 0n,
};
const hotp: ExportToken = {
  serial: 'EV-7',
  product: { ...totp.product, model: 'EX-HOTP-1', oath: { type: 'hotp', hash: 'sha1', digits: 6 } },
  counter: 2n ** 40n,
};

/** The reader of the OATH Toolkit, which is nobody's of this project. */
describe.skipIf(lacks('pskctool'))('pskctool', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'seedlot pskc '));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function pskctool(option: string, tokens: readonly ExportToken[]) {
    const file = join(folder, 'delivery.pskcxml');
    writeFileSync(file, pskc(tokens));
    const { code, stdout, stderr } = await runProgram(programPath('pskctool') ?? '', [option, file]);
    return {
      code,
      stderr,
      lines: stdout
        .toString()
        .split('\n')
        .map(line => line.trim()),
    };
  }

  test('finds our PSKC valid by the schema of RFC 6030', async () => {
    expect(await pskctool('--validate', [totp, hotp])).toMatchObject({ code: 0, lines: ['OK', ''] });
    expect(await pskctool('--validate', [])).toMatchObject({ lines: ['FAIL', ''] });
  });

  test('reads of it what was written', async () => {
    const { code, lines } = await pskctool('--info', [totp, hotp]);
    expect(code).toBe(0);
    const second = lines.indexOf('KeyPackage 1:');
    expect(lines.slice(0, second)).toEqual(
      expect.arrayContaining([
        'Manufacturer: Maker & <Sons> "東京"',
        'SerialNo: 9900000000001',
        'Model: EX-TOTP-1',
        'Id: 9900000000001',
        'Algorithm: urn:ietf:params:xml:ns:keyprov:pskc:totp',
        'Key Secret (base64): MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=',
        'Key Time: 0',
        'Key TimeInterval: 60',
        'Algorithm Parameters Suite: SHA256',
        'Response Format Length: 8',
        'Response Format Encoding: DECIMAL',
      ]),
    );
    expect(lines.slice(second)).toEqual(
      expect.arrayContaining([
        'SerialNo: EV-7',
        'Id: EV-7',
        'Algorithm: urn:ietf:params:xml:ns:keyprov:pskc:hotp',
        'Key Secret (base64): MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=',
        'Key Counter: 1099511627776',
        'Algorithm Parameters Suite: SHA1',
        'Response Format Length: 6',
      ]),
    );
  });
});

function pskc(tokens: readonly ExportToken[]): Uint8Array {
  const writer = new ExportWriter('pskc');
  const rows = tokens.map(row => {
    const out = new Uint8Array(writer.rowLength(row));
    writer.writeRow(out, row, seed);
    return out;
  });
  return Buffer.concat([writer.header, ...rows, writer.trailer]);
}
