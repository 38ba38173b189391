import {
  addCustomer,
  addFactory,
  type FactoryView,
  listCustomers,
  listFactories,
  type PartnerView,
  type PinnedKey,
  replaceKey,
  setFileDays,
  showCustomer,
  showFactory,
} from '@seedlot/ledger';
import { readRecipientKey } from '@seedlot/openpgp';
import { pageRequest } from '../requests/cursor.ts';
import { effect, read } from './handler.ts';
import { answerPage } from './lists.ts';

export const partners = {
  addFactory: effect('addFactory', async (open, { body: { factory, seedEncoding, fileDays, publicKey } }) => {
    const key = await intake(publicKey, { mustSign: true, now: open.at });
    const { token } = await addFactory(open, { factory, seedEncoding, fileDays, key });
    return { factory, fingerprint: key.fingerprint, token };
  }),
  replaceFactoryKey: effect('replaceFactoryKey', async (open, { params: { factory }, body }) => {
    const key = await intake(body.publicKey, { mustSign: true, now: open.at });
    return { factory, ...(await replaceKey(open, { kind: 'factory', id: factory, key })) };
  }),
  changeFactory: effect('changeFactory', async (open, { params: { factory }, body: { fileDays } }) => {
    await setFileDays(open, factory, fileDays);
    return { factory, fileDays };
  }),
  listFactories: read('listFactories', async (reader, { query }) =>
    answerPage(await listFactories(reader, pageRequest(query)), asFactory),
  ),
  showFactory: read('showFactory', async (reader, { params }) =>
    asFactory(await showFactory(reader, params.factory)),
  ),

  addCustomer: effect('addCustomer', async (open, { body: { customer, publicKey } }) => {
    const key = await intake(publicKey, { mustSign: false, now: open.at });
    const { token } = await addCustomer(open, { customer, key });
    return { customer, fingerprint: key.fingerprint, token };
  }),
  replaceCustomerKey: effect('replaceCustomerKey', async (open, { params: { customer }, body }) => {
    const key = await intake(body.publicKey, { mustSign: false, now: open.at });
    return { customer, ...(await replaceKey(open, { kind: 'customer', id: customer, key })) };
  }),
  listCustomers: read('listCustomers', async (reader, { query }) =>
    answerPage(await listCustomers(reader, pageRequest(query)), asCustomer),
  ),
  showCustomer: read('showCustomer', async (reader, { params }) =>
    asCustomer(await showCustomer(reader, params.customer)),
  ),
};

/** The gate for a key that somebody sent; from here on only its normalised form is used. Throws `pgp_key_…`. */
async function intake(text: string, purpose: { mustSign: boolean; now: Date }): Promise<PinnedKey> {
  const { fingerprint, armored, encryptionKeyExpires } = await readRecipientKey(text, purpose);
  return { fingerprint, publicKey: armored, expiresAt: encryptionKeyExpires };
}

function asFactory({ id, ...view }: FactoryView) {
  return { factory: id, ...view };
}

function asCustomer({ id, ...view }: PartnerView) {
  return { customer: id, ...view };
}
