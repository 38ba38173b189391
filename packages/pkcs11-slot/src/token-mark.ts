import { randomUUID } from 'node:crypto';
import { ErasableError, type RootId } from '@seedlot/erasable';
import { CK, type Cryptoki, type Handle } from './cryptoki.ts';
import { destroyObject, findObjects, readAttributes } from './token-objects.ts';

const CLAIM = /^(0|[1-9]\d{0,15}) [0-9a-f-]{36}$/;
const LOOKS = 10;

interface Claim {
  readonly object: Handle;
  readonly id: RootId;
  readonly text: string;
}

/**
 * The high-water mark of a slot in a token: the highest claim among its data objects. PKCS#11 has no compare-and-set, so
 * whoever wants an id first writes a claim, durably, and then looks at all: it has won when every other claim is lower.
 * Of two who claim one id each sees the other, or one of them looked before the other wrote; so at most one wins, and
 * perhaps none, which costs an id. Only a winner removes claims, and only lower ones: the highest always stays.
 *
 * This is true of a token that shows at once, to everybody, what anybody wrote to it; a cluster that copies objects
 * from one to another later is none.
 */
export class TokenMark {
  readonly #label: string;

  /** @param name what the slot is called in its token */
  constructor(name: string) {
    this.#label = `${name} mark`;
  }

  /** The mark, `null` in a token that never had this slot. */
  read(cryptoki: Cryptoki, session: Handle): RootId | null {
    const ids = this.#claims(cryptoki, session).map(claim => claim.id);
    return ids.length === 0 ? null : Math.max(...ids);
  }

  /** Makes the mark, 0, of a new slot. */
  found(cryptoki: Cryptoki, session: Handle): void {
    this.#write(cryptoki, session, 0);
  }

  /** Moves the mark up to `id`; `false` when it stands there or higher, or somebody else claims the same. */
  advance(cryptoki: Cryptoki, session: Handle, id: RootId): boolean {
    if (id <= (this.read(cryptoki, session) ?? 0)) return false;
    const text = this.#write(cryptoki, session, id);
    const others = this.#claims(cryptoki, session).filter(claim => claim.text !== text);
    if (others.some(claim => claim.id >= id)) return false;
    // Lower claims say nothing any more; one that stays is removed with the next.
    for (const { object } of others) destroyObject(cryptoki, session, object);
    return true;
  }

  #write(cryptoki: Cryptoki, session: Handle, id: RootId): string {
    const text = `${id} ${randomUUID()}`;
    cryptoki.C_CreateObject(session, [
      ...this.#template(),
      { type: CK.CKA_TOKEN, value: true },
      { type: CK.CKA_PRIVATE, value: true },
      { type: CK.CKA_MODIFIABLE, value: false },
      { type: CK.CKA_APPLICATION, value: 'seedlot' },
      { type: CK.CKA_VALUE, value: Buffer.from(text) },
    ]);
    return text;
  }

  /** All claims; looks again when a winner removed one meanwhile, since what it won with may have come after the look. */
  #claims(cryptoki: Cryptoki, session: Handle): Claim[] {
    for (let looks = 0; looks < LOOKS; looks++) {
      const objects = findObjects(cryptoki, session, this.#template());
      const claims = objects.map(object => this.#claim(cryptoki, session, object));
      const present = claims.filter(claim => claim !== null);
      if (present.length === claims.length) return present;
    }
    throw new ErasableError(
      'slot_unreachable',
      `the claims of "${this.#label}" change faster than they are read`,
    );
  }

  #claim(cryptoki: Cryptoki, session: Handle, object: Handle): Claim | null {
    const [value] = readAttributes(cryptoki, session, object, [CK.CKA_VALUE]) ?? [];
    if (value === undefined) return null;
    const text = value.toString('latin1');
    const [, id] = CLAIM.exec(text) ?? [];
    if (id !== undefined) return { object, id: Number(id), text };
    throw new ErasableError(
      'slot_damaged',
      `an object "${this.#label}" of ${value.byteLength} bytes is no mark`,
    );
  }

  #template() {
    return [
      { type: CK.CKA_CLASS, value: CK.CKO_DATA },
      { type: CK.CKA_LABEL, value: this.#label },
    ];
  }
}
