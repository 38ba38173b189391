import type { Facts } from './play.ts';
import type { Reader } from './reader.ts';
import { until, type Vendor } from './vendor.ts';

/** So many that one scrapped token is within the limit of the product. */
const QUANTITY = 20;
/** The place of the token that the page has as scrapped. */
const SCRAPPED = 2;

interface Lot {
  readonly state: string;
  readonly firstSerial: string;
  readonly file: { readonly published: boolean } | null;
}

interface Report {
  readonly parts: readonly { readonly report: string; readonly state: string }[];
}

/** What the vendor does for one factory while that follows its page. */
export class FactoryDesk {
  /** Of the lot: when its burning began, and after its report was accepted. */
  readonly states = { burned: '', reported: '' };
  readonly #vendor: Vendor;
  readonly #reader: Reader;
  readonly #factory: string;
  #lot = '';
  #firstSerial = 0n;

  constructor(vendor: Vendor, reader: Reader, factory: string) {
    this.#vendor = vendor;
    this.#reader = reader;
    this.#factory = factory;
  }

  /** By the section of the page that it comes before. */
  before(url: string): Readonly<Record<string, () => Promise<Facts>>> {
    return {
      '4. Fetch the factory file': async () => ({
        'https://seedlot.vendor.example': url,
        ...(await this.#order()),
      }),
      "5. Take the vendor's key, once": async () => ({
        FEDCBA98765432100123456789ABCDEFFEDCBA98: await this.#vendor.signer(),
      }),
      '8. Burn': async () => {
        this.states.burned = (await this.#show()).state;
        return {};
      },
      '11. Read the verdict': () => this.#awaitVerdict(),
      'When something goes wrong': () => this.#accept(),
    };
  }

  /** The factory sends its key again, extended. Returns the fingerprint of the key that is pinned then. */
  async replaceKey(): Promise<string> {
    const publicKey = await this.#reader.run('cat acme.asc');
    const place = `/factories/${this.#factory}/key`;
    const { fingerprint } = await this.#vendor.post<{ fingerprint: string }>(place, { publicKey });
    return fingerprint;
  }

  /** The serials of the tokens that were made. */
  burned(): string[] {
    return Array.from({ length: QUANTITY }, (_, i) => this.#serial(i)).filter((_, i) => i !== SCRAPPED);
  }

  #serial(at: number): string {
    return `${this.#firstSerial + BigInt(at)}`;
  }

  async #order(): Promise<Facts> {
    const mail = { folder: this.#reader.folder, key: 'acme.asc', token: 'acme.token' };
    await this.#vendor.add('factory', this.#factory, mail);
    const order = { product: 'ex-totp-1', quantity: QUANTITY, factory: this.#factory };
    const { lot } = await this.#vendor.post<{ lot: string }>('/orders', order);
    this.#lot = lot;
    const { firstSerial } = await until(
      () => this.#show(),
      ({ file }) => file?.published === true,
    );
    this.#firstSerial = BigInt(firstSerial);
    return { 'lot-000001': lot, '9900000000002': this.#serial(SCRAPPED) };
  }

  async #awaitVerdict(): Promise<Facts> {
    const { parts } = await until(
      () => this.#vendor.get<Report>(`/lots/${this.#lot}/report`),
      report => report.parts.every(({ state }) => state !== 'received'),
    );
    const [part] = parts;
    if (part?.state !== 'judged') throw new Error(JSON.stringify(parts));
    return { 'report-000001': part.report };
  }

  async #accept(): Promise<Facts> {
    await this.#vendor.post(`/lots/${this.#lot}/report/accept`, {});
    this.states.reported = (await this.#show()).state;
    return { '0A1B2C3D4E5F60718293A4B5C6D7E8F901234567': await this.#reader.fingerprint() };
  }

  #show(): Promise<Lot> {
    return this.#vendor.get<Lot>(`/lots/${this.#lot}`);
  }
}
