import { OpenPgpError } from './errors.ts';

/**
 * What an attacker-controlled key may have: enough for one of twenty years with photographs. Each signature of its own
 * is checked several times, which for NIST P-521 costs 12 ms: without these bounds a key of 256 KiB costs 12 s.
 */
export const keyLimits = { bytes: 256 * 1024, packets: 1000, 'signatures of its own': 100 } as const;

/** @throws OpenPgpError pgp_key_too_large */
export function assertWithin(what: keyof typeof keyLimits, count: number): void {
  if (count <= keyLimits[what]) return;
  throw new OpenPgpError(
    'pgp_key_too_large',
    `This key has ${count} ${what}, and may have ${keyLimits[what]}. Export it without what is outdated or from others (\`gpg --armor --export-options export-minimal --export\`).`,
  );
}
