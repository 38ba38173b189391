import { unarmor } from 'openpgp';
import { decode, findBlocks, isBinary } from './armored-text.ts';
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

function onlyBlock(text: string): string {
  const { kinds, armored } = findBlocks(text);
  if (kinds.some(kind => kind.includes('PRIVATE KEY'))) throw secretKeyRefused();
  if (kinds.length > 1) throw severalKeysRefused(kinds.length);
  if (kinds[0] !== 'PUBLIC KEY BLOCK') throw missing();
  return armored;
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
