import type {
  Custody,
  DeliveryState,
  ExportFormat,
  LotState,
  Product,
  ReportState,
  RetentionTerms,
  Role,
  SeedState,
  SerialResult,
  ShredReason,
} from '@seedlot/domain';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/** A timestamp that the database sets by itself. */
type SetByDatabase = Generated<Date>;
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;
/** An int8range, written as `[first,after)`; read it through `lower` and `upper`. */
type Int8Range = ColumnType<string, string, string>;
/** An int8multirange, written as `{[first,after),…}`. */
type Int8Multirange = ColumnType<string | null, string | null | undefined, string | null>;
type Json<T extends object> = JSONColumnType<T>;

interface Products {
  id: string;
  manufacturer: string;
  model: string;
  oath: Json<Product['oath']>;
  seed_length: number;
  serial_prefix: string;
  serial_width: number;
  programmable: boolean;
  scrap_limit_percent: Generated<number>;
  space_id: number;
  numbers: Int8Range;
  added_at: SetByDatabase;
}

interface SerialSpaces {
  id: Generated<number>;
  stem: string;
  digits: number;
}

interface Factories {
  id: string;
  seed_encoding: 'hex' | 'base32';
  file_days: Generated<number>;
  added_at: SetByDatabase;
}

interface Customers {
  id: string;
  added_at: SetByDatabase;
}

interface Actors {
  id: string;
  kind: 'staff' | 'factory' | 'customer' | 'service';
  name: string;
  role: Nullable<Role>;
  factory_id: Nullable<string>;
  customer_id: Nullable<string>;
  added_at: SetByDatabase;
}

interface AccessTokens {
  id: Generated<string>;
  actor_id: string;
  secret_hash: Buffer;
  issued_at: SetByDatabase;
  used_at: Nullable<Date>;
  revoked_at: Nullable<Date>;
}

interface RecipientKeys {
  id: Generated<bigint>;
  fingerprint: string;
  actor_id: string;
  public_key: string;
  expires_at: Nullable<Date>;
  pinned_at: SetByDatabase;
  replaced_at: Nullable<Date>;
}

interface Orders {
  id: string;
  product_id: string;
  factory_id: string;
  customer_id: Nullable<string>;
  quantity: number;
  retention: Json<RetentionTerms>;
  non_production: boolean;
  placed_by: string;
  placed_at: SetByDatabase;
}

interface Lots {
  id: string;
  order_id: string;
  space_id: number;
  numbers: Int8Range;
  seed_length: number;
  state: LotState;
  sealed_at: Nullable<Date>;
  dispatched_at: Nullable<Date>;
  received_at: Nullable<Date>;
  cancelled_at: Nullable<Date>;
  judged_at: Nullable<Date>;
  produced_at: Nullable<Date>;
  closed_at: Nullable<Date>;
  lost_at: Nullable<Date>;
  files_wanted: Generated<number>;
}

interface SerialStates {
  space_id: number;
  numbers: Int8Range;
  lot_id: string;
  custody: Custody;
  seed: SeedState;
}

interface GenerationRuns {
  lot_id: string;
  run: number;
  first_page: number;
  after_page: number;
  pages_done: Generated<number>;
  holder: Nullable<string>;
  lease_ends_at: Nullable<Date>;
  done_at: Nullable<Date>;
}

interface LotKeys {
  lot_id: string;
  frontier_key: string;
  page_key: string;
  frontier_version: Generated<number>;
  frontier: Buffer;
}

interface Segments {
  lot_id: string;
  segment: number;
  sealed: Buffer;
}

interface Pages {
  lot_id: string;
  page: number;
  sealed: Buffer;
}

interface VendorKeys {
  fingerprint: string;
  public_key: string;
  made_at: SetByDatabase;
}

interface VendorSecrets {
  fingerprint: string;
  key_id: string;
}

interface FileAttempts {
  id: Generated<string>;
  kind: 'factory' | 'export' | 'report';
  lot_id: Nullable<string>;
  delivery_id: Nullable<string>;
  object_name: string;
  state: Generated<'open' | 'closed' | 'committed'>;
  holder: string;
  lease_ends_at: Date;
  opened_at: SetByDatabase;
  object_deleted_at: Nullable<Date>;
}

interface Files {
  id: string;
  kind: 'factory' | 'export';
  lot_id: Nullable<string>;
  delivery_id: Nullable<string>;
  format: Nullable<ExportFormat>;
  request: number;
  quantity: Nullable<number>;
  version: number;
  attempt_id: string;
  key_id: string;
  object_name: string;
  size: bigint;
  message_sha256: Buffer;
  receipt_hash: Buffer;
  recipient_fingerprint: string;
  signer_fingerprint: string;
  frontier_version: Nullable<number>;
  record_seq: bigint;
  made_at: SetByDatabase;
  first_downloaded_at: Nullable<Date>;
  received_at: Nullable<Date>;
  wrong_receipts: Generated<number>;
  locked_at: Nullable<Date>;
  replaced_at: Nullable<Date>;
  dropped_at: Nullable<Date>;
}

interface Leases {
  id: Generated<string>;
  ring: 'seeds' | 'files';
  lots: string[];
  epoch: bigint;
  holder: string;
  ends_at: Date;
}

interface Failures {
  step: string;
  subject: string;
  attempts: number;
  code: string;
  failed_at: SetByDatabase;
  retry_at: Date;
}

interface Shreds {
  id: string;
  lot_id: Nullable<string>;
  reason: ShredReason;
  requested_by: Nullable<string>;
  requested_at: SetByDatabase;
  intended_at: Nullable<Date>;
  seeds_root_from: Nullable<number>;
  seeds_root_to: Nullable<number>;
  files_root_from: Nullable<number>;
  files_root_to: Nullable<number>;
  files_dropped_at: Nullable<Date>;
  mirrored_at: Nullable<Date>;
  roots_destroyed_at: Nullable<Date>;
  completed_at: Nullable<Date>;
  abandoned_at: Nullable<Date>;
}

interface RootMoves {
  id: string;
  ring: 'seeds' | 'files';
  from_slot: string;
  to_slot: string;
  from_adapter: string;
  to_adapter: string;
  begun_at: SetByDatabase;
  root_from: Nullable<number>;
  root_to: Nullable<number>;
  completed_at: Nullable<Date>;
  abandoned_at: Nullable<Date>;
}

interface Holds {
  id: string;
  lot_id: Nullable<string>;
  delivery_id: Nullable<string>;
  customer_id: Nullable<string>;
  reason: string;
  ends_at: Date;
  set_by: string;
  set_at: SetByDatabase;
  lapses_at: Date;
  confirmed_by: Nullable<string>;
  confirmed_at: Nullable<Date>;
  lifted_at: Nullable<Date>;
}

interface HoldSerials {
  hold_id: string;
  space_id: number;
  numbers: Int8Range;
}

interface ShredSerials {
  shred_id: string;
  lot_id: string;
  space_id: number;
  numbers: Int8Range;
}

interface ShredFiles {
  shred_id: string;
  attempt_id: string;
  key_id: string;
  file_id: Nullable<string>;
  report_id: Nullable<string>;
}

interface Reports {
  id: string;
  lot_id: string;
  state: Generated<ReportState>;
  csv_sha256: Buffer;
  size: bigint;
  signature: Buffer;
  signer_fingerprint: string;
  attempt_id: string;
  key_id: string;
  object_name: string;
  received_at: SetByDatabase;
  judged_at: Nullable<Date>;
  ended_at: Nullable<Date>;
  burned: Nullable<number>;
  scrapped: Nullable<number>;
  samples: Nullable<number>;
  faults: Generated<number>;
  dropped_at: Nullable<Date>;
}

interface ReportSerials {
  report_id: string;
  space_id: number;
  numbers: Int8Range;
  result: SerialResult;
  next_counter: Nullable<bigint>;
}

interface ReportFaults {
  report_id: string;
  position: number;
  line: Nullable<bigint>;
  code: string;
  message: string;
  fix: string;
}

interface Deliveries {
  id: string;
  customer_id: string;
  state: Generated<DeliveryState>;
  format: ExportFormat;
  exports_wanted: Generated<number>;
  created_by: string;
  created_at: SetByDatabase;
  exported_at: Nullable<Date>;
  delivered_at: Nullable<Date>;
  received_at: Nullable<Date>;
  cancelled_at: Nullable<Date>;
}

interface DeliverySerials {
  delivery_id: string;
  lot_id: string;
  space_id: number;
  numbers: Int8Range;
  released_at: Nullable<Date>;
}

interface Workers {
  service: string;
  holder: string;
  started_at: SetByDatabase;
  seen_at: SetByDatabase;
}

interface Records {
  seq: Generated<bigint>;
  id: string;
  type: string;
  lot_id: Nullable<string>;
  delivery_id: Nullable<string>;
  space_id: Nullable<number>;
  numbers: Int8Multirange;
  line: Buffer;
  number: Nullable<bigint>;
  published_at: Nullable<Date>;
}

interface IdempotencyKeys {
  actor_id: string;
  key: string;
  request_hash: Buffer;
  status: Nullable<number>;
  answer: ColumnType<unknown, string | null | undefined, string | null>;
  answered_at: SetByDatabase;
}

/** Every table as Kysely sees it; the migrations are the truth, the integration tests hold the two together. */
export interface Tables {
  products: Products;
  serial_spaces: SerialSpaces;
  factories: Factories;
  customers: Customers;
  actors: Actors;
  access_tokens: AccessTokens;
  recipient_keys: RecipientKeys;
  orders: Orders;
  lots: Lots;
  serial_states: SerialStates;
  generation_runs: GenerationRuns;
  'seeds_ring.lot_keys': LotKeys;
  'seeds_ring.segments': Segments;
  'seeds_ring.pages': Pages;
  'seeds_ring.vendor_secrets': VendorSecrets;
  vendor_keys: VendorKeys;
  file_attempts: FileAttempts;
  files: Files;
  leases: Leases;
  failures: Failures;
  shreds: Shreds;
  root_moves: RootMoves;
  shred_serials: ShredSerials;
  holds: Holds;
  hold_serials: HoldSerials;
  shred_files: ShredFiles;
  reports: Reports;
  report_serials: ReportSerials;
  report_faults: ReportFaults;
  deliveries: Deliveries;
  delivery_serials: DeliverySerials;
  workers: Workers;
  records: Records;
  idempotency_keys: IdempotencyKeys;
}
