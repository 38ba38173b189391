import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import pg from 'pg';
import { DatabaseError } from './errors.ts';

/** The roles that the migrations create: one per service, none a superuser, none able to log in by itself. */
export const serviceRoles = [
  'seedlot_api',
  'seedlot_generator',
  'seedlot_dispatcher',
  'seedlot_tracker',
  'seedlot_exporter',
  'seedlot_notary',
  'seedlot_shredder',
  // Not a service, but who they all are to the queue: it owns a database of its own and sees no other.
  'seedlot_queue',
] as const;

export type ServiceRole = (typeof serviceRoles)[number];

const ITERATIONS = 4096;
const SALT_BYTES = 16;

/**
 * Lets a service log in as its role. Only a verifier travels to the server, so that neither its log nor a statement
 * shown by an error holds the password.
 * @param admin a pool whose user may alter roles
 * @param password 16 printable ASCII characters or more, for which SASLprep changes nothing
 * @throws DatabaseError password_refused
 */
export async function grantLogin(admin: Pool, role: ServiceRole, password: string): Promise<void> {
  if (!/^[\x21-\x7e]{16,}$/.test(password)) {
    throw new DatabaseError(
      'password_refused',
      `a password of ${password.length} characters, or not all printable`,
    );
  }
  const verifier = scramVerifier(password, randomBytes(SALT_BYTES));
  await admin.query(`alter role ${pg.escapeIdentifier(role)} login password ${pg.escapeLiteral(verifier)}`);
}

/** What PostgreSQL stores of a password: RFC 5803's fields in the form of pg_authid.rolpassword. */
export function scramVerifier(password: string, salt: Uint8Array, iterations = ITERATIONS): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString('base64')}$${storedKey}:${serverKey}`;
}
