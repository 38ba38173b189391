import { ErasableError, type RootId } from '@seedlot/erasable';
import { CK, type Cryptoki, type Handle } from './cryptoki.ts';
import { destroyObject, findObjects, readAttributes } from './token-objects.ts';

const ID_BYTES = 8;
const KEY_BYTES = 32;

/** The roots of a slot in a token: AES-256 keys with the slot's label, told apart by CKA_ID, the id as 8 bytes. */
export class TokenRoots {
  readonly #label: string;

  /** @param name what the slot is called in its token */
  constructor(name: string) {
    this.#label = `${name} root`;
  }

  /** A key that the token draws and never gives out. */
  generate(cryptoki: Cryptoki, session: Handle, id: RootId): void {
    const key = cryptoki.C_GenerateKey(session, { mechanism: CK.CKM_AES_KEY_GEN, parameter: null }, [
      ...this.#template(id),
      { type: CK.CKA_KEY_TYPE, value: CK.CKK_AES },
      { type: CK.CKA_VALUE_LEN, value: KEY_BYTES },
      { type: CK.CKA_TOKEN, value: true },
      { type: CK.CKA_PRIVATE, value: true },
      { type: CK.CKA_SENSITIVE, value: true },
      { type: CK.CKA_EXTRACTABLE, value: false },
      { type: CK.CKA_MODIFIABLE, value: false },
      { type: CK.CKA_ENCRYPT, value: true },
      { type: CK.CKA_DECRYPT, value: true },
      { type: CK.CKA_WRAP, value: false },
      { type: CK.CKA_UNWRAP, value: false },
    ]);
    this.#assertKept(cryptoki, session, key, id);
  }

  /** The key of a root, `null` when there is none. Throws `root_damaged` for one that may exist elsewhere, too. */
  find(cryptoki: Cryptoki, session: Handle, id: RootId): Handle | null {
    const [key, ...more] = findObjects(cryptoki, session, this.#template(id));
    if (key === undefined) return null;
    if (more.length > 0) throw damaged(`${more.length + 1} keys are "${this.#label}" ${id}`);
    this.#assertKept(cryptoki, session, key, id);
    return key;
  }

  /** Asks for every object that is this root to be destroyed; returns what the token said against it. */
  destroy(cryptoki: Cryptoki, session: Handle, id: RootId): unknown {
    const faults = findObjects(cryptoki, session, this.#template(id)).map(key =>
      destroyObject(cryptoki, session, key),
    );
    return faults.find(fault => fault !== null) ?? null;
  }

  isGone(cryptoki: Cryptoki, session: Handle, id: RootId): boolean {
    return findObjects(cryptoki, session, this.#template(id)).length === 0;
  }

  /** Ascending. Throws `slot_damaged` for a key of this label that has no root's id, or another's. */
  list(cryptoki: Cryptoki, session: Handle): RootId[] {
    const template = [
      { type: CK.CKA_CLASS, value: CK.CKO_SECRET_KEY },
      { type: CK.CKA_LABEL, value: this.#label },
    ];
    const ids = findObjects(cryptoki, session, template).flatMap(key => {
      const [id] = readAttributes(cryptoki, session, key, [CK.CKA_ID]) ?? [];
      return id === undefined ? [] : [this.#idOf(id)];
    });
    if (new Set(ids).size === ids.length) return ids.sort((a, b) => a - b);
    throw new ErasableError('slot_damaged', `two keys "${this.#label}" have one id: one may be a copy`);
  }

  #idOf(bytes: Buffer): RootId {
    const id = bytes.byteLength === ID_BYTES ? bytes.readBigUInt64BE() : 0n;
    if (id > 0n && id <= Number.MAX_SAFE_INTEGER) return Number(id);
    throw new ErasableError(
      'slot_damaged',
      `a key "${this.#label}" has no root's id: it may be a copy of a root`,
    );
  }

  /** What was ever extractable, or was not made in the token, may live on where no `destroy` reaches. */
  #assertKept(cryptoki: Cryptoki, session: Handle, key: Handle, id: RootId): void {
    const types = [CK.CKA_LOCAL, CK.CKA_ALWAYS_SENSITIVE, CK.CKA_NEVER_EXTRACTABLE];
    const values = readAttributes(cryptoki, session, key, types) ?? [];
    if (values.length === types.length && values.every(value => value[0] === 1)) return;
    throw damaged(`root ${id} "${this.#label}" is a key that may have left its token`);
  }

  #template(id: RootId) {
    const bytes = Buffer.alloc(ID_BYTES);
    bytes.writeBigUInt64BE(BigInt(id));
    return [
      { type: CK.CKA_CLASS, value: CK.CKO_SECRET_KEY },
      { type: CK.CKA_LABEL, value: this.#label },
      { type: CK.CKA_ID, value: bytes },
    ];
  }
}

function damaged(message: string): ErasableError {
  return new ErasableError('root_damaged', message);
}
