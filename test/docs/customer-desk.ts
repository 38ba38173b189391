import type { Facts } from './play.ts';
import type { Reader } from './reader.ts';
import { until, type Vendor } from './vendor.ts';

interface Delivery {
  readonly state: string;
  readonly file: { readonly published: boolean } | null;
}

/** What the vendor does for one customer while that follows its page. */
export class CustomerDesk {
  /** What the customer sends to Entra, without the seeds. */
  upload = '';
  /** Of the delivery, after the receipt. */
  state = '';
  readonly #vendor: Vendor;
  readonly #reader: Reader;
  readonly #customer: string;
  readonly #serials: readonly string[];
  #delivery = '';

  constructor(vendor: Vendor, reader: Reader, of: { customer: string; serials: readonly string[] }) {
    this.#vendor = vendor;
    this.#reader = reader;
    this.#customer = of.customer;
    this.#serials = of.serials;
  }

  /** By the section of the page that it comes before. */
  before(url: string): Readonly<Record<string, () => Promise<Facts>>> {
    return {
      '4. Fetch the file': async () => ({
        'https://seedlot.vendor.example': url,
        ...(await this.#deliver()),
      }),
      "5. Take the vendor's key, once": async () => ({
        FEDCBA98765432100123456789ABCDEFFEDCBA98: await this.#vendor.signer(),
      }),
      '8. Import': () => this.#listUsers(),
      '9. Delete what is readable': () => this.#lookAtUpload(),
      'When something goes wrong': async () => ({
        '0A1B2C3D4E5F60718293A4B5C6D7E8F901234567': await this.#reader.fingerprint(),
      }),
    };
  }

  /** The header, and a line for each token that was given to somebody. */
  get expectedUpload(): string {
    const lines = this.#users().map(([serial, upn]) => `${upn},${serial},30,Example,EX-TOTP-1`);
    return ['upn,serial number,time interval,manufacturer,model', ...lines].join('\n');
  }

  /** The customer sends its key again, extended. Returns the fingerprint of the key that is pinned then. */
  async replaceKey(): Promise<string> {
    const publicKey = await this.#reader.run('cat bank.asc');
    const place = `/customers/${this.#customer}/key`;
    const { fingerprint } = await this.#vendor.post<{ fingerprint: string }>(place, { publicKey });
    return fingerprint;
  }

  async #deliver(): Promise<Facts> {
    const mail = { folder: this.#reader.folder, key: 'bank.asc', token: 'bank.token' };
    await this.#vendor.add('customer', this.#customer, mail);
    const serials = this.#serials.map(serial => ({ first: serial, last: serial }));
    const request = { customer: this.#customer, serials };
    const { delivery } = await this.#vendor.post<{ delivery: string }>('/deliveries', request);
    this.#delivery = delivery;
    await until(
      () => this.#show(),
      ({ file }) => file?.published === true,
    );
    return { 'delivery-000001': delivery };
  }

  /** Two of the tokens have an owner already. */
  #users(): (readonly [serial: string, upn: string])[] {
    return this.#serials.slice(1, 3).map((serial, i) => [serial, `user${i}@bank.example`] as const);
  }

  async #listUsers(): Promise<Facts> {
    this.state = (await this.#show()).state;
    const lines = ['serial,upn', ...this.#users().map(user => user.join(','))];
    await this.#reader.run(`printf '%s\\n' ${lines.join(' ')} > users.csv`);
    return {};
  }

  async #lookAtUpload(): Promise<Facts> {
    const upload = await this.#reader.run("cut -d , -f 1,2,4- entra-upload.csv | tr -d '\\r'");
    this.upload = upload.trimEnd();
    return {};
  }

  #show(): Promise<Delivery> {
    return this.#vendor.get<Delivery>(`/deliveries/${this.#delivery}`);
  }
}
