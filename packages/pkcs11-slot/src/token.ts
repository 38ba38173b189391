import { CK, type Cryptoki, cryptokiOf, type Handle, resultOf } from './cryptoki.ts';
import { Pkcs11Error } from './errors.ts';
import { holdingLock } from './host-lock.ts';
import { type Environment, withPin } from './pin.ts';
import type { TokenAddress } from './pkcs11-uri.ts';
import { tokenFault } from './token-faults.ts';

const SESSION = CK.CKF_SERIAL_SESSION | CK.CKF_RW_SESSION;
const NEEDED = [CK.CKM_AES_KEY_GEN, CK.CKM_AES_GCM];

/** A call or a few, in a session of their own. */
export type Work<T> = (cryptoki: Cryptoki, session: Handle) => T;

/**
 * A token that this process has logged in to. One session stays open for the login to last; each piece of work gets
 * another one, so that a call which failed half-way leaves nothing active behind it.
 *
 * Calls are synchronous: they hold up the process for as long as the token takes, and nothing comes between two.
 */
export class Token {
  readonly #address: TokenAddress;
  readonly #cryptoki: Cryptoki;
  readonly #environment: Environment;
  #login: { readonly slot: Handle; readonly session: Handle } | null = null;
  #refused: Error | null = null;

  private constructor(address: TokenAddress, environment: Environment, cryptoki: Cryptoki) {
    this.#address = address;
    this.#environment = environment;
    this.#cryptoki = cryptoki;
  }

  /** The token, logged in. Throws `Pkcs11Error`: what keeps it from being used. */
  static async at(address: TokenAddress, environment: Environment): Promise<Token> {
    const token = new Token(address, environment, await cryptokiOf(address.module));
    await token.ready();
    return token;
  }

  /** Logs in, unless it is logged in. Throws `Pkcs11Error`. */
  async ready(): Promise<void> {
    if (this.#isReady()) return;
    await holdingLock(this.#address.module, () =>
      this.#telling(() => {
        // Somebody else of this process may have tried it meanwhile.
        if (!this.#isReady()) this.#logInAnew();
      }),
    );
  }

  /** Throws what a PIN was refused with. */
  #isReady(): boolean {
    if (this.#refused !== null) throw this.#refused;
    return this.#login !== null && this.#isAlive(this.#login.session);
  }

  /** Runs `work` after `ready`. Throws `Pkcs11Error`, and what `work` throws of ours. */
  runNow<T>(work: Work<T>): T {
    return this.#telling(() => {
      if (this.#login === null)
        throw new Pkcs11Error('token_session_lost', `The token ${this.#name()} is not logged in to`);
      const session = this.#cryptoki.C_OpenSession(this.#login.slot, SESSION);
      try {
        return work(this.#cryptoki, session);
      } finally {
        this.#close(session);
      }
    });
  }

  /** Runs work that only looks, on a new login where the one before was lost. */
  async run<T>(work: Work<T>): Promise<T> {
    await this.ready();
    return this.runNow(work);
  }

  /**
   * Runs work that changes the token, as logging in may: one process of this machine at a time. SoftHSM needs that. Of two
   * processes that write to its folder at once, each may go on seeing the folder as it was, or half a file of the other.
   */
  async change<T>(work: Work<T>): Promise<T> {
    await this.ready();
    return holdingLock(this.#address.module, () => this.runNow(work));
  }

  #telling<T>(calls: () => T): T {
    try {
      return calls();
    } catch (cause) {
      throw tokenFault(this.#address.token, cause);
    }
  }

  #logInAnew(): void {
    this.#login = null;
    const slot = this.#findSlot();
    const session = this.#cryptoki.C_OpenSession(slot, SESSION);
    try {
      this.#logIn(session);
    } catch (fault) {
      this.#close(session);
      throw fault;
    }
    this.#login = { slot, session };
  }

  #isAlive(session: Handle): boolean {
    try {
      return this.#cryptoki.C_GetSessionInfo(session).state === CK.CKS_RW_USER_FUNCTIONS;
    } catch {
      return false;
    }
  }

  #findSlot(): Handle {
    const { token, serial } = this.#address;
    const slots = this.#cryptoki.C_GetSlotList(true).filter(slot => {
      const info = this.#cryptoki.C_GetTokenInfo(slot);
      const isOurs =
        info.label.trimEnd() === token &&
        (serial ?? info.serialNumber.trimEnd()) === info.serialNumber.trimEnd();
      return isOurs && (info.flags & CK.CKF_TOKEN_INITIALIZED) !== 0;
    });
    const [slot, ...more] = slots;
    if (slot === undefined) throw new Pkcs11Error('token_unreachable', `No token ${this.#name()} is present`);
    if (more.length > 0)
      throw new Pkcs11Error('token_ambiguous', `${slots.length} tokens are ${this.#name()}`);
    this.#assertFit(slot);
    return slot;
  }

  #assertFit(slot: Handle): void {
    const offered = this.#cryptoki.C_GetMechanismList(slot);
    if (NEEDED.every(mechanism => offered.includes(mechanism))) return;
    throw new Pkcs11Error(
      'token_unfit',
      `The token ${this.#name()} has no AES-GCM (CKM_AES_GCM) or makes no AES keys`,
    );
  }

  /** A PIN is tried once: a token locks itself after a few wrong ones, and a worker that tries again would see to that. */
  #logIn(session: Handle): void {
    try {
      withPin(this.#address, this.#environment, pin => this.#cryptoki.C_Login(session, CK.CKU_USER, pin));
    } catch (cause) {
      // Another ring of this process has its roots in the same token.
      if (resultOf(cause) === 'CKR_USER_ALREADY_LOGGED_IN') return;
      const fault = tokenFault(this.#address.token, cause);
      if (fault instanceof Pkcs11Error && fault.code === 'pin_refused') this.#refused = fault;
      throw fault;
    }
  }

  /** What cannot be closed any more is closed. */
  #close(session: Handle): void {
    try {
      this.#cryptoki.C_CloseSession(session);
    } catch (cause) {
      if (resultOf(cause) === null) throw cause;
    }
  }

  #name(): string {
    const { token, serial } = this.#address;
    return serial === null ? `"${token}"` : `"${token}" with serial ${serial}`;
  }
}
