import { unarmor } from 'openpgp';
import { decode, findBlocks, isBinary } from './armored-text.ts';
import { tag } from './packet.ts';
import { readPackets, type WholePacket } from './packet-reader.ts';
import { malformed, several } from './signature-faults.ts';

/** Bytes of a signature, armored or not: ten times what one by RSA-16384 needs, and little enough to parse for anybody. */
export const SIGNATURE_LIMIT = 16 * 1024;

/**
 * The body of the one signature packet in attacker-controlled `bytes`, armored (with words around it, in UTF-16 as
 * PowerShell writes) or binary.
 * @throws OpenPgpError signature_malformed, signature_several
 */
export async function readSignatureBlock(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.length > SIGNATURE_LIMIT) {
    throw malformed(`it has ${bytes.length} bytes, and may have ${SIGNATURE_LIMIT}`);
  }
  const packets = whole(isBinary(bytes) ? bytes : await dearmor(decode(bytes)));
  const foreign = packets.find(({ type }) => type !== tag.signature);
  if (foreign !== undefined) throw malformed(`a packet of type ${foreign.type} is in it`);
  if (packets.length > 1) throw several(packets.length);
  const [only] = packets;
  if (only === undefined) throw malformed('it is empty');
  return only.body;
}

function whole(bytes: Uint8Array): WholePacket[] {
  try {
    return [...readPackets(bytes)];
  } catch (cause) {
    throw malformed('it is cut off or damaged', cause);
  }
}

async function dearmor(text: string): Promise<Uint8Array> {
  const { kinds, armored } = findBlocks(text);
  if (kinds.length === 0) throw malformed('there is no signature in it');
  if (kinds.some(kind => kind !== 'SIGNATURE'))
    throw malformed('it holds something else, or a signed message');
  if (kinds.length > 1) throw several(kinds.length);
  try {
    const { data } = await unarmor(armored);
    return data as Uint8Array;
  } catch (cause) {
    throw malformed('its armor is damaged', cause);
  }
}
