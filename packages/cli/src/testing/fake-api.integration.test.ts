import { afterAll, beforeAll } from 'vitest';
import { type ContractSubject, holdToContract } from './api-contract.ts';
import { sha256 } from './fake-answers.ts';
import { FakeApi } from './fake-api.ts';
import { DECRYPTED } from './fake-state.ts';

let api: FakeApi;
let subject: ContractSubject;

beforeAll(async () => {
  api = await FakeApi.start();
  const { state } = api;
  const staff = (role: string) => state.admit({ id: role, kind: 'staff', role });
  state.addStaff({ name: 'somebody', role: 'ops' });
  state.addProduct({
    product: 'ex-totp-1',
    manufacturer: 'Example',
    model: 'EX-TOTP-1',
    oath: { type: 'totp', hash: 'sha1', digits: 6, period: 30 },
    seedLength: 20,
    serial: { prefix: '99', width: 11 },
    programmable: false,
  });
  const { token } = state.addFactory({ factory: 'acme' });
  state.addCustomer({ customer: 'bank' });
  state.placeOrder({ product: 'ex-totp-1', factory: 'acme', quantity: 10 });
  const { lot } = state.dispatch('lot-000001');
  subject = {
    url: api.url,
    tokens: { admin: staff('admin'), ops: staff('ops'), factory: `${token}` },
    lot,
    decryptedSha256: sha256(Buffer.from(DECRYPTED)),
  };
});

afterAll(() => api[Symbol.asyncDispose]());

holdToContract('the fake API', () => subject);
