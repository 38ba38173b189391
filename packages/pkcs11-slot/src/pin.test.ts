import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Pkcs11Error } from './errors.ts';
import { type Environment, withPin } from './pin.ts';
import { parsePkcs11Uri } from './pkcs11-uri.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seedlot-pin-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const pinOf = (source: string, environment: Environment = {}) => {
  const address = parsePkcs11Uri(`pkcs11:token=t?module-path=/m.so&pin-source=${source}`);
  return withPin(address, environment, pin => pin);
};
const stored = (content: string, mode = 0o600) => {
  writeFileSync(join(folder, 'pin'), content, { mode });
  return `file:${join(folder, 'pin')}`;
};
const refused = (code: string) => expect.objectContaining({ constructor: Pkcs11Error, code });
const fault = (work: () => unknown) => {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
};

describe('a PIN', () => {
  it.each(['1234', '1234\n', '1234\r\n'])('is the first line of its file', content => {
    expect(pinOf(stored(content))).toBe('1234');
  });

  it('is a variable of the environment, or of any letters', () => {
    expect(pinOf('env:HSM_PIN', { HSM_PIN: 'grüße' })).toBe('grüße');
    expect(pinOf('env:HSM_PIN', { HSM_PIN: 'x'.repeat(255) })).toBe('x'.repeat(255));
  });

  it.each([0o644, 0o640, 0o604])('that others may read is refused: %o', mode => {
    expect(fault(() => pinOf(stored('1234', mode)))).toEqual(refused('pin_exposed'));
  });

  it.each([
    ['an empty file', () => pinOf(stored(''))],
    ['an empty line', () => pinOf(stored('\n1234'))],
    ['a file that is not there', () => pinOf(`file:${join(folder, 'none')}`)],
    ['a folder', () => pinOf(`file:${join(folder, 'pin/x')}`)],
    ['a variable that is not set', () => pinOf('env:HSM_PIN')],
    ['more than any token takes', () => pinOf('env:HSM_PIN', { HSM_PIN: 'x'.repeat(300) })],
  ])('cannot be read from %s', (_, read) => {
    expect(fault(read)).toEqual(refused('pin_unreadable'));
  });
});
