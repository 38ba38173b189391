import { describe, expect, test } from 'vitest';
import { EmbeddedError } from './errors.ts';
import { adapterOf, canonicalAddress, folderAddress, slotParts } from './slot-address.ts';

const TOKEN = 'pkcs11:token=t?module-path=/m.so&pin-source=env:HSM_PIN';
const malformed = expect.objectContaining({ constructor: EmbeddedError, code: 'slot_address_malformed' });
const fault = (address: string) => {
  try {
    return slotParts(address);
  } catch (thrown) {
    return thrown;
  }
};

describe('the address of a root slot', () => {
  test('is a folder, whatever it is called', () => {
    expect(slotParts(folderAddress('/a folder/50%'))).toEqual([{ kind: 'file', folder: '/a folder/50%' }]);
    expect(adapterOf('file:/roots')).toBe('file');
  });

  test('is a token', () => {
    expect(slotParts(TOKEN)).toMatchObject([{ kind: 'pkcs11', token: { token: 't', module: '/m.so' } }]);
    expect(adapterOf(TOKEN)).toBe('pkcs11');
  });

  test('is several of them, and what they are called tells no place', () => {
    const both = ` ${folderAddress('/a b')}\n${TOKEN} `;
    expect(slotParts(both).map(part => part.kind)).toEqual(['file', 'pkcs11']);
    expect(adapterOf(both)).toBe('mirrored (file, pkcs11)');
  });

  test('is written in one way, to be compared', () => {
    expect(canonicalAddress(` file:/a%20b\t${TOKEN}`)).toBe(`file:///a%20b ${TOKEN}`);
  });

  test.each(['', ' ', '/roots', 'roots', 'file:roots', 'file://elsewhere/roots', 'https://a/b', 'file:/%2f'])(
    'is refused when it is none: "%s"',
    address => expect(fault(address)).toEqual(malformed),
  );
});
