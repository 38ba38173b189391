import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { scramVerifier } from './roles.ts';

/** The exchange of RFC 7677, section 3: user "user", password "pencil". */
const SALT = 'W22ZaJ0SNY7soEsUEjb6gQ==';
const AUTH_MESSAGE =
  'n=user,r=rOprNGfwEbeRWgbNEkqO,' +
  'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,' +
  'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const CLIENT_PROOF = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
const SERVER_SIGNATURE = '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

test('the verifier accepts the proof of RFC 7677 and signs as its server does', () => {
  const fields = /^SCRAM-SHA-256\$4096:(.+)\$(.+):(.+)$/.exec(
    scramVerifier('pencil', Buffer.from(SALT, 'base64')),
  );
  const [, salt, storedKey = '', serverKey = ''] = fields ?? [];
  expect(salt).toBe(SALT);
  const sign = (key: string) =>
    createHmac('sha256', Buffer.from(key, 'base64')).update(AUTH_MESSAGE).digest();
  expect(sign(serverKey).toString('base64')).toBe(SERVER_SIGNATURE);
  const mask = sign(storedKey);
  const clientKey = Buffer.from(CLIENT_PROOF, 'base64').map((byte, index) => byte ^ (mask[index] ?? 0));
  expect(createHash('sha256').update(clientKey).digest('base64')).toBe(storedKey);
});
