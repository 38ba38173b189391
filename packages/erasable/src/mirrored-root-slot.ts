import type { SecretBytes } from '@seedlot/domain';
import { ErasableError, type ErasableErrorCode } from './errors.ts';
import { assertRootId, type RootHandle, type RootId, type RootSlot } from './root-slot.ts';
import { joinMirrored, splitMirrored } from './root-slot-blob.ts';

/**
 * Several slots as one, so that losing all but one loses nothing. Each has a root of its own under the same id; what
 * is sealed is sealed under each, and any one opens it. Changing anything needs every slot: with one of them away,
 * `create`, `seal`, `list` and `highWater` fail closed and `destroy` stays unconfirmed, while `open` and `unseal` go
 * on. A slot that is lost for good is replaced by an empty one: the next rotation fills it.
 *
 * The order of the slots means nothing. What each medium keeps after `destroy` is that slot's to say.
 */
export class MirroredRootSlot implements RootSlot {
  readonly #slots: readonly RootSlot[];

  constructor(slots: readonly RootSlot[]) {
    if (slots.length < 2)
      throw new ErasableError('slot_incomplete', `a mirror of ${slots.length} slots mirrors nothing`);
    this.#slots = slots;
  }

  async create(id: RootId): Promise<void> {
    assertRootId(id);
    const mark = await this.highWater();
    if (id <= mark)
      throw new ErasableError('root_id_used', `root ${id} is not above the high-water mark ${mark}`);
    for (const slot of this.#slots) await slot.create(id);
  }

  async open(id: RootId): Promise<RootHandle> {
    assertRootId(id);
    const opened = await Promise.allSettled(this.#slots.map(slot => slot.open(id)));
    const handles = opened.filter(one => one.status === 'fulfilled').map(one => one.value);
    const faults = opened.filter(one => one.status === 'rejected').map(one => one.reason);
    if (handles.length === 0)
      throw new ErasableError(gravest(faults), `no slot opens root ${id}`, causeOf(faults));
    return new MirroredRootHandle(id, handles, faults);
  }

  async destroy(id: RootId): Promise<void> {
    assertRootId(id);
    const destroyed = await Promise.allSettled(this.#slots.map(slot => slot.destroy(id)));
    const faults = destroyed.filter(one => one.status === 'rejected').map(one => one.reason);
    if (faults.length === 0) return;
    const message = `${faults.length} of ${this.#slots.length} slots did not confirm that root ${id} is gone`;
    throw new ErasableError('root_not_destroyed', message, causeOf(faults));
  }

  async list(): Promise<RootId[]> {
    const lists = await Promise.all(this.#slots.map(slot => slot.list()));
    return [...new Set(lists.flat())].sort((a, b) => a - b);
  }

  async highWater(): Promise<RootId> {
    return Math.max(...(await Promise.all(this.#slots.map(slot => slot.highWater()))));
  }
}

class MirroredRootHandle implements RootHandle {
  readonly #id: RootId;
  readonly #handles: readonly RootHandle[];
  readonly #faults: readonly unknown[];

  constructor(id: RootId, handles: readonly RootHandle[], faults: readonly unknown[]) {
    this.#id = id;
    this.#handles = handles;
    this.#faults = faults;
  }

  async seal(aad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    const away = this.#faults.length;
    if (away > 0) {
      const message = `root ${this.#id} is away in ${away} slots: what is sealed now would be lost with the others`;
      throw new ErasableError('slot_incomplete', message, causeOf(this.#faults));
    }
    return joinMirrored(await Promise.all(this.#handles.map(handle => handle.seal(aad, plaintext))));
  }

  async unseal(aad: Uint8Array, sealed: Uint8Array): Promise<SecretBytes> {
    const faults: unknown[] = [];
    const parts = splitMirrored(sealed);
    for (const handle of this.#handles) {
      for (const part of parts) {
        try {
          return await handle.unseal(aad, part);
        } catch (fault) {
          faults.push(fault);
        }
      }
    }
    throw new ErasableError(gravest(faults), `no slot unseals this under root ${this.#id}`, causeOf(faults));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#handles.map(handle => handle[Symbol.asyncDispose]()));
  }
}

/** The code of the first fault in this order: a slot that does not answer may hold the root that the others miss. */
const GRAVEST_FIRST: readonly ErasableErrorCode[] = [
  'slot_unreachable',
  'slot_permissions',
  'root_damaged',
  'root_closed',
  'seal_not_authentic',
  'root_missing',
];

function gravest(faults: readonly unknown[]): ErasableErrorCode {
  const codes = faults.map(fault => (fault instanceof ErasableError ? fault.code : 'slot_unreachable'));
  return GRAVEST_FIRST.find(code => codes.includes(code)) ?? 'slot_unreachable';
}

function causeOf(faults: readonly unknown[]): ErrorOptions {
  return { cause: new AggregateError(faults) };
}
