import { z } from 'zod';

/** What a member of staff may do; the API's route table says which role each door needs. */
export const ROLES = ['ops', 'approver', 'compliance', 'admin'] as const;

export const roleSchema = z.enum(ROLES);

export type Role = z.infer<typeof roleSchema>;

/** The services that act on their own; each is an actor of the records. */
export const SERVICES = [
  'api',
  'seed-generator',
  'factory-dispatcher',
  'serial-tracker',
  'customer-exporter',
  'notary',
  'shredder',
  'recovery',
] as const;

export type ServiceName = (typeof SERVICES)[number];

export function serviceActor(service: ServiceName): string {
  return `service:${service}`;
}
