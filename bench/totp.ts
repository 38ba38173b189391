import { createHmac } from 'node:crypto';

const PERIOD = 30;

/** RFC 6238 with SHA-1 and six digits. */
export function totp(seed: Uint8Array, unixSeconds: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(unixSeconds / PERIOD)));
  const mac = createHmac('sha1', seed).update(counter).digest();
  const code = (mac.readUInt32BE(mac.readUInt8(mac.length - 1) & 0xf) & 0x7f_ff_ff_ff) % 1_000_000;
  return String(code).padStart(6, '0');
}
