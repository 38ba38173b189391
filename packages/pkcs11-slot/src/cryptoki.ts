import { Pkcs11Error } from './errors.ts';
import { holdingLock } from './host-lock.ts';

/** A slot, session or object, as the module names it. */
export type Handle = Buffer;

export interface Attribute {
  readonly type: number;
  readonly value?: number | boolean | string | Uint8Array;
}

interface Mechanism {
  readonly mechanism: number;
  readonly parameter: object | null;
}

/**
 * The calls of PKCS#11 2.40 that a root slot needs, as pkcs11js has them; each throws an error whose message is the
 * CKR_ name. Declared here, because a machine without the addon has no types of it either.
 */
export interface Cryptoki {
  load(path: string): void;
  C_Initialize(options: { flags: number }): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): { label: string; serialNumber: string; flags: number };
  C_GetMechanismList(slot: Handle): number[];
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  /** Also logs out: what a token does when it is restarted. */
  C_CloseAllSessions(slot: Handle): void;
  C_GetSessionInfo(session: Handle): { state: number };
  C_Login(session: Handle, userType: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
  C_FindObjects(session: Handle, most: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(
    session: Handle,
    object: Handle,
    wanted: readonly Attribute[],
  ): { type: number; value: Buffer }[];
  C_CreateObject(session: Handle, template: readonly Attribute[]): Handle;
  C_DestroyObject(session: Handle, object: Handle): void;
  C_GenerateKey(session: Handle, mechanism: Mechanism, template: readonly Attribute[]): Handle;
  C_EncryptInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  /** The part of `into` that was written. */
  C_Encrypt(session: Handle, plaintext: Uint8Array, into: Buffer): Buffer;
  C_DecryptInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_Decrypt(session: Handle, ciphertext: Uint8Array, into: Buffer): Buffer;
}

/** Constants of pkcs11t.h, PKCS#11 2.40. */
export const CK = {
  CKF_TOKEN_INITIALIZED: 0x400,
  CKF_RW_SESSION: 0x2,
  CKF_SERIAL_SESSION: 0x4,
  CKF_OS_LOCKING_OK: 0x2,
  CKS_RW_USER_FUNCTIONS: 3,
  CKU_USER: 1,
  CKO_DATA: 0x0,
  CKO_SECRET_KEY: 0x4,
  CKK_AES: 0x1f,
  CKA_CLASS: 0x0,
  CKA_TOKEN: 0x1,
  CKA_PRIVATE: 0x2,
  CKA_LABEL: 0x3,
  CKA_APPLICATION: 0x10,
  CKA_VALUE: 0x11,
  CKA_KEY_TYPE: 0x100,
  CKA_ID: 0x102,
  CKA_SENSITIVE: 0x103,
  CKA_ENCRYPT: 0x104,
  CKA_DECRYPT: 0x105,
  CKA_WRAP: 0x106,
  CKA_UNWRAP: 0x107,
  CKA_VALUE_LEN: 0x161,
  CKA_EXTRACTABLE: 0x162,
  CKA_LOCAL: 0x163,
  CKA_NEVER_EXTRACTABLE: 0x164,
  CKA_ALWAYS_SENSITIVE: 0x165,
  CKA_MODIFIABLE: 0x170,
  CKM_AES_KEY_GEN: 0x1080,
  CKM_AES_GCM: 0x1087,
} as const;

/** How pkcs11js tells CK_GCM_PARAMS of 2.40, which has a field more than the structure before it. */
const GCM_PARAMETERS = 7;

/** AES-GCM of PKCS#11 2.40, section 2.12.3, with a tag of 128 bits behind the ciphertext. */
export function gcm(nonce: Uint8Array, aad: Uint8Array): Mechanism {
  const parameter = { type: GCM_PARAMETERS, iv: nonce, ivBits: nonce.byteLength * 8, aad, tagBits: 128 };
  return { mechanism: CK.CKM_AES_GCM, parameter };
}

/** The CKR_ name of what a call threw, `null` for anything else. */
export function resultOf(fault: unknown): string | null {
  return fault instanceof Error && /^CKR_[A-Z0-9_]+$/.test(fault.message) ? fault.message : null;
}

const initialised = new Map<string, Cryptoki>();

/**
 * The module, initialised for this process: once, because PKCS#11 knows processes, not callers, and for as long as the
 * process lives. Throws `pkcs11_addon_unavailable`, `pkcs11_module_unavailable`.
 */
export async function cryptokiOf(module: string): Promise<Cryptoki> {
  const addon = await loadAddon();
  return holdingLock(module, () => {
    const cryptoki = initialised.get(module) ?? initialise(new addon.PKCS11(), module);
    initialised.set(module, cryptoki);
    return cryptoki;
  });
}

interface Addon {
  readonly PKCS11: new () => Cryptoki;
}

/**
 * The addon is C++ that npm compiles, and optional: a machine without a compiler has none. What is imported is the
 * package named right here; its specifier is computed so that the compiler does not ask for types that may be absent.
 */
async function loadAddon(): Promise<Addon> {
  try {
    return (await import(import.meta.resolve('pkcs11js'))).default;
  } catch (cause) {
    const how = 'install a C++ compiler, make and Python, then run the installation again';
    throw new Pkcs11Error('pkcs11_addon_unavailable', `The addon pkcs11js is not installed: ${how}`, {
      cause,
    });
  }
}

function initialise(cryptoki: Cryptoki, module: string): Cryptoki {
  try {
    cryptoki.load(module);
    cryptoki.C_Initialize({ flags: CK.CKF_OS_LOCKING_OK });
    return cryptoki;
  } catch (cause) {
    if (resultOf(cause) === 'CKR_CRYPTOKI_ALREADY_INITIALIZED') return cryptoki;
    const why = resultOf(cause) ?? 'it cannot be loaded';
    throw new Pkcs11Error(
      'pkcs11_module_unavailable',
      `The PKCS#11 module ${module} cannot be used: ${why}`,
      {
        cause,
      },
    );
  }
}
