export { Pkcs11Error, type Pkcs11ErrorCode } from './errors.ts';
export { Pkcs11RootSlot } from './pkcs11-root-slot.ts';
export { type PinSource, parsePkcs11Uri, type TokenAddress } from './pkcs11-uri.ts';
