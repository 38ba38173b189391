import { describe, expect, it } from 'vitest';
import { Pkcs11Error } from './errors.ts';
import { parsePkcs11Uri } from './pkcs11-uri.ts';

const ACCESS = '?module-path=/usr/lib/hsm.so&pin-source=file:/etc/seedlot/pin';
const refused = (why: RegExp) =>
  expect.objectContaining({
    constructor: Pkcs11Error,
    code: 'pkcs11_uri_malformed',
    message: expect.stringMatching(why),
  });
const fault = (uri: string) => {
  try {
    return parsePkcs11Uri(uri);
  } catch (thrown) {
    return thrown;
  }
};

describe('a PKCS#11 URI', () => {
  it('names a token, its module and where the PIN is', () => {
    expect(parsePkcs11Uri(`pkcs11:token=The%20token;serial=0a1b;object=north${ACCESS}`)).toMatchObject({
      module: '/usr/lib/hsm.so',
      token: 'The token',
      serial: '0a1b',
      object: 'north',
      pin: { file: '/etc/seedlot/pin' },
    });
  });

  it('needs no serial and no object, and takes the PIN from the environment', () => {
    const address = parsePkcs11Uri('pkcs11:token=t?pin-source=env:HSM_PIN&module-path=/m.so');
    expect(address).toMatchObject({ serial: null, object: 'seedlot', pin: { variable: 'HSM_PIN' } });
  });

  it.each(['file:/a%20b/pin', 'file:///a%20b/pin'])('takes the file %s', source => {
    const address = parsePkcs11Uri(`pkcs11:token=t?module-path=/m.so&pin-source=${source}`);
    expect(address.pin).toEqual({ file: '/a b/pin' });
  });

  it.each([
    ['file:/slot', /pkcs11:/],
    [`pkcs11:${ACCESS}`, /lacks token/],
    [`pkcs11:token=${ACCESS}`, /lacks token/],
    ['pkcs11:token=t', /lacks module-path/],
    ['pkcs11:token=t?module-path=/m.so', /lacks pin-source/],
    ['pkcs11:token=t?module-path=m.so&pin-source=env:A', /absolute/],
    ['pkcs11:token=t?module-path=/m.so&pin-source=pin', /pin-source/],
    ['pkcs11:token=t?module-path=/m.so&pin-source=file:pin', /pin-source/],
    ['pkcs11:token=t?module-path=/m.so&pin-source=|cat', /pin-source/],
    ['pkcs11:token=t?module-path=/m.so&pin-source=env:A-B', /pin-source/],
    [`pkcs11:token=t;token=u${ACCESS}`, /twice/],
    [`pkcs11:token=t;colour=red${ACCESS}`, /none of/],
    [`pkcs11:token=t${ACCESS}&max-sessions=1`, /none of/],
    [`pkcs11:token=%zz${ACCESS}`, /percent/],
    [`pkcs11:token=t${ACCESS}?`, /question mark/],
  ])('is refused when it is not whole: %s', (uri, why) => {
    expect(fault(uri)).toEqual(refused(why));
  });

  it('has no PIN in it, and a refusal does not repeat one', () => {
    const thrown = fault(`pkcs11:token=t${ACCESS}&pin-value=correct-horse`);
    expect(thrown).toEqual(refused(/pin-value is not taken/));
    expect(String(thrown)).not.toContain('correct-horse');
  });
});
