import { RING_NAMES, type RingName } from '@seedlot/erasable';
import { parse, readPlaces } from '../arguments.ts';
import { EmbeddedError } from '../errors.ts';
import type { Places } from '../folders.ts';
import { canonicalAddress, type SlotAddress } from '../slot-address.ts';

export interface RootMoveArguments extends Places {
  readonly json: boolean;
  readonly ring: RingName;
  readonly to: SlotAddress;
}

/** Throws `arguments_invalid`, `slot_address_malformed`, and Pkcs11Error `pkcs11_uri_malformed`. */
export function parseRootMoveArguments(args: readonly string[], env: NodeJS.ProcessEnv): RootMoveArguments {
  const { values } = parse({
    args: [...args],
    options: {
      data: { type: 'string' },
      'root-slots': { type: 'string' },
      json: { type: 'boolean' },
      ring: { type: 'string' },
      to: { type: 'string' },
    },
  });
  const ring = RING_NAMES.find(name => name === values.ring);
  if (ring === undefined) {
    throw new EmbeddedError('arguments_invalid', `--ring must be one of ${RING_NAMES.join(', ')}`);
  }
  if (values.to === undefined) {
    throw new EmbeddedError('arguments_invalid', '--to must be the address of a root slot');
  }
  return { ...readPlaces(values, env), json: values.json === true, ring, to: canonicalAddress(values.to) };
}
