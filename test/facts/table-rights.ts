import type { ServiceRole } from '@seedlot/database';

/** What a role may do to a table; a right on some columns names them. Roles and rights that are not here do not exist. */
export type TableRights = Partial<Record<ServiceRole, string>>;

const LOOKERS = { seedlot_dispatcher: 'SELECT', seedlot_exporter: 'SELECT' };
const REQUEST = 'SELECT, INSERT (id, lot_id, reason, requested_by)';
const KEY_ADDER = 'SELECT, INSERT, UPDATE (key_count)';
const ROTATOR = 'SELECT, INSERT, UPDATE, DELETE';

/** Who receives a report judges none of it, who judges it decides nothing, and who opens seeds changes neither. */
export const TABLE_RIGHTS: Readonly<Record<string, TableRights>> = {
  reports: {
    ...LOOKERS,
    seedlot_api: 'SELECT, INSERT, UPDATE (ended_at, state)',
    seedlot_tracker: 'SELECT, UPDATE (burned, ended_at, faults, judged_at, samples, scrapped, state)',
    seedlot_shredder: 'SELECT, UPDATE (dropped_at)',
  },
  report_serials: {
    ...LOOKERS,
    seedlot_api: 'SELECT, DELETE',
    seedlot_tracker: 'SELECT, INSERT',
    seedlot_shredder: 'SELECT',
  },
  report_faults: {
    ...LOOKERS,
    seedlot_api: 'SELECT',
    seedlot_tracker: 'SELECT, INSERT',
    seedlot_shredder: 'SELECT',
  },
  root_moves: {
    seedlot_shredder: 'SELECT, INSERT, UPDATE (abandoned_at, completed_at, root_from, root_to)',
  },
  deliveries: {
    seedlot_api:
      'SELECT, INSERT, UPDATE (cancelled_at, delivered_at, exports_wanted, format, received_at, state)',
    seedlot_dispatcher: 'SELECT',
    seedlot_tracker: 'SELECT',
    seedlot_exporter: 'SELECT, UPDATE (exported_at, state)',
    seedlot_shredder: 'SELECT',
  },
  delivery_serials: {
    ...LOOKERS,
    seedlot_api: 'SELECT, INSERT, UPDATE (released_at)',
    seedlot_tracker: 'SELECT',
    seedlot_shredder: 'SELECT',
  },
  shreds: {
    seedlot_api: REQUEST,
    seedlot_generator: 'SELECT',
    seedlot_dispatcher: REQUEST,
    seedlot_tracker: REQUEST,
    seedlot_exporter: REQUEST,
    seedlot_shredder: 'SELECT, INSERT, UPDATE',
  },
  shred_serials: {
    ...LOOKERS,
    seedlot_api: 'SELECT, INSERT',
    seedlot_generator: 'SELECT',
    seedlot_tracker: 'SELECT',
    seedlot_shredder: 'SELECT, INSERT',
  },
  shred_files: {
    seedlot_api: 'SELECT, INSERT',
    seedlot_generator: 'SELECT',
    seedlot_dispatcher: 'SELECT, INSERT',
    seedlot_tracker: 'SELECT, INSERT',
    seedlot_exporter: 'SELECT, INSERT',
    seedlot_shredder: 'SELECT, INSERT',
  },
  holds: {
    seedlot_api: 'SELECT, INSERT, UPDATE (confirmed_at, confirmed_by, lifted_at)',
    seedlot_shredder: 'SELECT',
  },
  hold_serials: { seedlot_api: 'SELECT, INSERT', seedlot_shredder: 'SELECT' },
  'files_ring.ring': {
    ...LOOKERS,
    seedlot_api: 'SELECT',
    seedlot_tracker: 'SELECT',
    seedlot_shredder: ROTATOR,
  },
  'files_ring.buckets': {
    seedlot_api: KEY_ADDER,
    seedlot_dispatcher: KEY_ADDER,
    seedlot_tracker: 'SELECT',
    seedlot_exporter: KEY_ADDER,
    seedlot_shredder: ROTATOR,
  },
  'files_ring.keys': {
    seedlot_api: 'SELECT, INSERT',
    seedlot_dispatcher: 'SELECT, INSERT',
    seedlot_tracker: 'SELECT',
    seedlot_exporter: 'SELECT, INSERT',
    seedlot_shredder: ROTATOR,
  },
  'seeds_ring.ring': {
    ...LOOKERS,
    seedlot_generator: 'SELECT',
    seedlot_tracker: 'SELECT',
    seedlot_shredder: ROTATOR,
  },
  'seeds_ring.buckets': {
    seedlot_generator: KEY_ADDER,
    seedlot_dispatcher: KEY_ADDER,
    seedlot_tracker: 'SELECT',
    seedlot_exporter: 'SELECT',
    seedlot_shredder: ROTATOR,
  },
  'seeds_ring.keys': {
    seedlot_generator: 'SELECT, INSERT',
    seedlot_dispatcher: 'SELECT, INSERT',
    seedlot_tracker: 'SELECT',
    seedlot_exporter: 'SELECT',
    seedlot_shredder: ROTATOR,
  },
  'seeds_ring.lot_keys': {
    ...LOOKERS,
    seedlot_generator: 'SELECT, INSERT',
    seedlot_tracker: 'SELECT',
    seedlot_shredder: 'SELECT, UPDATE, DELETE',
  },
  'seeds_ring.pages': {
    ...LOOKERS,
    seedlot_generator: 'SELECT, INSERT',
    seedlot_tracker: 'SELECT',
    seedlot_shredder: 'SELECT, UPDATE, DELETE',
  },
  'seeds_ring.segments': { ...LOOKERS, seedlot_tracker: 'SELECT', seedlot_shredder: ROTATOR },
  'seeds_ring.vendor_secrets': { seedlot_dispatcher: 'SELECT, INSERT', seedlot_exporter: 'SELECT' },
};
