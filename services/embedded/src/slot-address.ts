import { fileURLToPath, pathToFileURL } from 'node:url';
import { parsePkcs11Uri, type TokenAddress } from '@seedlot/pkcs11-slot';
import { EmbeddedError } from './errors.ts';

/** One place that holds roots. */
export type SlotPart =
  | { readonly kind: 'file'; readonly folder: string }
  | { readonly kind: 'pkcs11'; readonly token: TokenAddress };

/**
 * Where a ring has its roots: `file:///absolute/folder` or a `pkcs11:` URI (RFC 7512), or several with spaces between
 * them, which mirror each other. Nothing in it is secret.
 */
export type SlotAddress = string;

/** The address of a slot that is a folder. */
export function folderAddress(folder: string): SlotAddress {
  return pathToFileURL(folder).href;
}

/** The parts of an address. Throws `slot_address_malformed`, and Pkcs11Error `pkcs11_uri_malformed`. */
export function slotParts(address: SlotAddress): readonly SlotPart[] {
  const words = address.split(/\s+/).filter(word => word !== '');
  if (words.length === 0) throw malformed('it is empty');
  return words.map(slotPart);
}

function slotPart(word: string): SlotPart {
  if (word.startsWith('pkcs11:')) return { kind: 'pkcs11', token: parsePkcs11Uri(word) };
  if (!word.startsWith('file:/')) throw malformed('it is no file:///folder and no pkcs11: URI');
  try {
    return { kind: 'file', folder: fileURLToPath(word) };
  } catch (cause) {
    throw malformed('its file: URL names no folder of this machine', cause);
  }
}

/** The one way to write an address, so that two can be compared. Throws like `slotParts`. */
export function canonicalAddress(address: SlotAddress): SlotAddress {
  return slotParts(address)
    .map(part => (part.kind === 'file' ? folderAddress(part.folder) : part.token.uri))
    .join(' ');
}

/** The adapters of an address, for people and records: no path, no name of a machine. */
export function adapterOf(address: SlotAddress): string {
  const kinds = slotParts(address).map(part => part.kind);
  return kinds.length === 1 ? kinds.join() : `mirrored (${kinds.join(', ')})`;
}

function malformed(why: string, cause?: unknown): EmbeddedError {
  return new EmbeddedError('slot_address_malformed', `The address of a root slot cannot be read: ${why}`, {
    cause,
  });
}
