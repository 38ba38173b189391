import { assertRootId, ErasableError, type RootHandle, type RootId, type RootSlot } from '@seedlot/erasable';
import type { Cryptoki, Handle } from './cryptoki.ts';
import type { Environment } from './pin.ts';
import { Pkcs11RootHandle } from './pkcs11-root-handle.ts';
import type { TokenAddress } from './pkcs11-uri.ts';
import { Token, type Work } from './token.ts';
import { slotFault } from './token-faults.ts';
import { TokenMark } from './token-mark.ts';
import { TokenRoots } from './token-roots.ts';

/**
 * Roots as keys in a PKCS#11 token: drawn there, used there, never given out.
 *
 * `destroy` is C_DestroyObject, confirmed by a second search, and as good as the token: it reaches neither a vendor's
 * backup of the token, nor its replicas in a cluster, nor the files of a token in software. SoftHSM keeps each key in a
 * file that it unlinks, encrypted under the PIN: whoever has an old copy of its folder and the PIN has every root that
 * was in it, so it is for tests. Forbid backups and cloning of the token, or treat each one as a copy of all roots.
 */
export class Pkcs11RootSlot implements RootSlot {
  readonly #token: Token;
  readonly #name: string;
  readonly #roots: TokenRoots;
  readonly #mark: TokenMark;

  private constructor(token: Token, name: string) {
    this.#token = token;
    this.#name = name;
    this.#roots = new TokenRoots(name);
    this.#mark = new TokenMark(name);
  }

  /**
   * The slot of `ring` in the token at `address`, made if absent. Throws `Pkcs11Error` when the token cannot be used,
   * `slot_damaged` when what is in it cannot be true.
   */
  static async at(address: TokenAddress, ring: string, environment: Environment): Promise<Pkcs11RootSlot> {
    const slot = new Pkcs11RootSlot(await Token.at(address, environment), `${address.object} ${ring}`);
    await slot.#change((cryptoki, session) => slot.#found(cryptoki, session));
    return slot;
  }

  async create(id: RootId): Promise<void> {
    assertRootId(id);
    await this.#change((cryptoki, session) => {
      if (!this.#mark.advance(cryptoki, session, id)) {
        throw new ErasableError('root_id_used', `root ${id} of "${this.#name}" was claimed before`);
      }
      this.#roots.generate(cryptoki, session, id);
    });
  }

  async open(id: RootId): Promise<RootHandle> {
    assertRootId(id);
    const findKey = (cryptoki: Cryptoki, session: Handle) => this.#keyOf(cryptoki, session, id);
    await this.#run(findKey);
    return new Pkcs11RootHandle(this.#token, findKey);
  }

  async destroy(id: RootId): Promise<void> {
    assertRootId(id);
    try {
      const cause = await this.#change((cryptoki, session) => this.#roots.destroy(cryptoki, session, id));
      await this.#token.run((cryptoki, session) => {
        this.#markOf(cryptoki, session);
        if (!this.#roots.isGone(cryptoki, session, id)) throw new Error('it is still there', { cause });
      });
    } catch (cause) {
      const message = `root ${id} of "${this.#name}" may still exist`;
      throw new ErasableError('root_not_destroyed', message, { cause });
    }
  }

  async list(): Promise<RootId[]> {
    return this.#run((cryptoki, session) => this.#markedRoots(cryptoki, session));
  }

  async highWater(): Promise<RootId> {
    return this.#run((cryptoki, session) => this.#markOf(cryptoki, session));
  }

  #found(cryptoki: Cryptoki, session: Handle): void {
    const isNew = this.#roots.list(cryptoki, session).length === 0;
    if (isNew && this.#mark.read(cryptoki, session) === null) this.#mark.found(cryptoki, session);
    this.#markedRoots(cryptoki, session);
  }

  /** A key that is gone between two calls is as missing as one that never was. */
  #keyOf(cryptoki: Cryptoki, session: Handle, id: RootId): Handle {
    const key = this.#roots.find(cryptoki, session, id);
    if (key !== null) return key;
    // Another token in the place of this one has no root either: only one that still has the mark may say so.
    this.#markOf(cryptoki, session);
    throw new ErasableError('root_missing', `"${this.#name}" has no root ${id}`);
  }

  #markOf(cryptoki: Cryptoki, session: Handle): RootId {
    const mark = this.#mark.read(cryptoki, session);
    if (mark !== null) return mark;
    throw new ErasableError(
      'slot_unreachable',
      `the token has no high-water mark of "${this.#name}": is it another?`,
    );
  }

  /** The roots, refused when they are above the mark: a token that was put back to an older state would reuse their ids. */
  #markedRoots(cryptoki: Cryptoki, session: Handle): RootId[] {
    const roots = this.#roots.list(cryptoki, session);
    const mark = this.#mark.read(cryptoki, session) ?? 0;
    const above = roots.find(id => id > mark);
    if (above === undefined) return roots;
    const message = `"${this.#name}" holds root ${above} above its high-water mark ${mark}`;
    throw new ErasableError('slot_damaged', message);
  }

  async #change<T>(work: Work<T>): Promise<T> {
    try {
      return await this.#token.change(work);
    } catch (fault) {
      throw slotFault(fault);
    }
  }

  async #run<T>(work: Work<T>): Promise<T> {
    try {
      return await this.#token.run(work);
    } catch (fault) {
      throw slotFault(fault);
    }
  }
}
