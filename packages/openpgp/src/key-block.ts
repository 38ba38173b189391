import { unarmor } from 'openpgp';
import { OpenPgpError } from './errors.ts';
import { assertWithin } from './key-limits.ts';
import { secretKeyRefused, severalKeysRefused } from './key-packets.ts';

/**
 * The packets of attacker-controlled `text`: armored (also in the UTF-16 that PowerShell writes, or indented, or with
 * words around it) or binary. It holds one block of a public key, or it is refused.
 * @throws OpenPgpError pgp_key_too_large, pgp_key_missing, pgp_key_secret, pgp_key_several, pgp_key_malformed
 */
export async function readKeyBlock(text: Uint8Array | string): Promise<Uint8Array> {
  assertWithin('bytes', text.length);
  if (typeof text !== 'string' && isBinary(text)) return text;
  const armored = typeof text === 'string' ? text : decode(text);
  return dearmor(onlyBlock(armored));
}

/** Bit 7 of a packet's first octet is always set (RFC 9580 §4.2), of an ASCII character never; a BOM is no packet. */
function isBinary(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0x80) !== 0 && byteOrderMark(bytes) === undefined;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder(byteOrderMark(bytes) ?? 'utf-8').decode(bytes);
}

function byteOrderMark([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  return undefined;
}

function onlyBlock(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map(line => line.trim());
  const kinds = lines.flatMap(line => /^-----BEGIN PGP ([^-]+)-----$/.exec(line)?.[1] ?? []);
  if (kinds.some(kind => kind.includes('PRIVATE KEY'))) throw secretKeyRefused();
  if (kinds.length > 1) throw severalKeysRefused(kinds.length);
  if (kinds[0] !== 'PUBLIC KEY BLOCK') throw missing();
  const begin = lines.indexOf('-----BEGIN PGP PUBLIC KEY BLOCK-----');
  return `${lines.slice(begin).join('\n')}\n`;
}

async function dearmor(block: string): Promise<Uint8Array> {
  try {
    const { data } = await unarmor(block);
    return data as Uint8Array;
  } catch (cause) {
    throw new OpenPgpError(
      'pgp_key_malformed',
      'The armor of this key is damaged: it must run from -----BEGIN PGP PUBLIC KEY BLOCK----- to its END line. Send it as a file.',
      { cause },
    );
  }
}

function missing(): OpenPgpError {
  return new OpenPgpError(
    'pgp_key_missing',
    'There is no public key in it. Send the text from -----BEGIN PGP PUBLIC KEY BLOCK----- to its END line (`gpg --armor --export`).',
  );
}
