-- Who may touch what: one role a service, none a superuser, and the queue's, which owns a database of its own. They
-- are cluster-wide, so they may stand already.
do $$
declare
  role_name text;
begin
  perform pg_advisory_xact_lock(hashtext('seedlot roles'));
  foreach role_name in array array['seedlot_api', 'seedlot_generator', 'seedlot_dispatcher', 'seedlot_notary', 'seedlot_shredder', 'seedlot_queue'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      begin
        execute format('create role %I nologin nosuperuser nocreatedb nocreaterole', role_name);
      exception when duplicate_object or unique_violation then
        null;
      end;
    end if;
  end loop;
end
$$;

create extension if not exists btree_gist;

create schema seeds_ring;
create schema files_ring;

-- Actors and their tokens ----------------------------------------------------

create table products (
  id text primary key,
  manufacturer text not null,
  model text not null,
  oath jsonb not null,
  seed_length smallint not null check (seed_length between 16 and 64),
  serial_prefix text not null,
  serial_width smallint not null,
  programmable boolean not null,
  space_id integer not null,
  numbers int8range not null,
  added_at timestamptz not null default now()
);

create table serial_spaces (
  id integer generated always as identity primary key,
  stem text not null,
  digits smallint not null check (digits between 1 and 18),
  unique (stem, digits)
);

alter table products add foreign key (space_id) references serial_spaces;

create table factories (
  id text primary key,
  seed_encoding text not null check (seed_encoding in ('hex', 'base32')),
  added_at timestamptz not null default now()
);

create table customers (
  id text primary key,
  added_at timestamptz not null default now()
);

create table actors (
  id text primary key,
  kind text not null check (kind in ('staff', 'factory', 'customer', 'service')),
  -- A person's name stands here and nowhere else: records carry the id.
  name text not null,
  role text check (role in ('ops', 'approver', 'compliance', 'admin')),
  factory_id text unique references factories,
  customer_id text unique references customers,
  added_at timestamptz not null default now(),
  unique (kind, name),
  check ((kind = 'staff') = (role is not null)),
  check ((kind = 'factory') = (factory_id is not null)),
  check ((kind = 'customer') = (customer_id is not null))
);
create sequence staff_numbers;

insert into actors (id, kind, name) values
  ('service:api', 'service', 'api'),
  ('service:seed-generator', 'service', 'seed-generator'),
  ('service:factory-dispatcher', 'service', 'factory-dispatcher'),
  ('service:notary', 'service', 'notary'),
  ('service:shredder', 'service', 'shredder');

create table access_tokens (
  id uuid primary key default gen_random_uuid(),
  actor_id text not null references actors,
  -- SHA-256 of the token's 32 random bytes: nothing here opens the door.
  secret_hash bytea not null check (length(secret_hash) = 32),
  issued_at timestamptz not null default now(),
  -- The first time that it opened the door.
  used_at timestamptz,
  revoked_at timestamptz
);

-- The pinned OpenPGP key of a factory or customer; the current one has no replaced_at.
create table recipient_keys (
  fingerprint text not null,
  actor_id text not null references actors,
  public_key text not null,
  expires_at timestamptz,
  pinned_at timestamptz not null default now(),
  replaced_at timestamptz,
  primary key (actor_id, fingerprint)
);
create unique index one_current_key on recipient_keys (actor_id) where replaced_at is null;

-- Orders, lots, serials -------------------------------------------------------

create sequence order_numbers;

create table orders (
  id text primary key,
  product_id text not null references products,
  factory_id text not null references factories,
  customer_id text references customers,
  quantity integer not null check (quantity between 1 and 16777216),
  retention jsonb not null,
  non_production boolean not null,
  placed_by text not null references actors,
  placed_at timestamptz not null default now()
);

create table lots (
  id text primary key,
  order_id text not null unique references orders,
  space_id integer not null references serial_spaces,
  numbers int8range not null check (lower_inc(numbers) and not upper_inc(numbers) and not isempty(numbers)),
  seed_length smallint not null,
  state text not null check (state in
    ('ordered', 'generating', 'sealed', 'dispatched', 'received', 'produced', 'closed', 'cancelled', 'lost')),
  sealed_at timestamptz,
  dispatched_at timestamptz,
  received_at timestamptz,
  cancelled_at timestamptz,
  constraint lot_numbers_once exclude using gist (space_id with =, numbers with &&)
);
create index lots_by_state on lots (state);

create table serial_states (
  space_id integer not null references serial_spaces,
  numbers int8range not null check (lower_inc(numbers) and not upper_inc(numbers) and not isempty(numbers)),
  lot_id text not null references lots,
  custody text not null check (custody in
    ('reserved', 'dispatched', 'burned', 'assigned', 'delivered', 'scrapped', 'lost', 'void')),
  seed text not null check (seed in ('none', 'living', 'shredding', 'shredded')),
  constraint serial_once exclude using gist (space_id with =, numbers with &&)
);
create index serial_states_by_lot on serial_states (lot_id);

-- Generation: progress, without a secret ----------------------------------------

create table generation_runs (
  lot_id text not null references lots,
  run integer not null,
  first_page integer not null,
  after_page integer not null check (after_page > first_page),
  pages_done integer not null default 0,
  holder text,
  lease_ends_at timestamptz,
  done_at timestamptz,
  primary key (lot_id, run)
);
create index generation_runs_open on generation_runs (lot_id) where done_at is null;

-- Sealed lots: only sealed workers may look.
create table seeds_ring.lot_keys (
  lot_id text primary key references lots,
  frontier_key uuid not null,
  page_key uuid not null,
  frontier_version integer not null default 0,
  frontier bytea not null
);

create table seeds_ring.segments (
  lot_id text not null references seeds_ring.lot_keys,
  segment integer not null,
  sealed bytea not null,
  primary key (lot_id, segment)
);

create table seeds_ring.pages (
  lot_id text not null references lots,
  page integer not null,
  sealed bytea not null,
  primary key (lot_id, page)
);
-- Ciphertext does not compress: trying costs time only.
alter table seeds_ring.pages alter column sealed set storage external;

-- Files ----------------------------------------------------------------------

-- The vendor's OpenPGP signing keys: the public half. The newest signs.
create table vendor_keys (
  fingerprint text primary key,
  public_key text not null,
  made_at timestamptz not null default now()
);

-- Its private half is a key of the seeds ring: the 32 bytes of its scalar.
create table seeds_ring.vendor_secrets (
  fingerprint text primary key references vendor_keys,
  key_id uuid not null
);

-- Written before the upload of an object, so that a sweep finds what a crash left. The file's commit needs it open.
create table file_attempts (
  id uuid primary key default gen_random_uuid(),
  lot_id text not null references lots,
  object_name text not null unique,
  state text not null default 'open' check (state in ('open', 'closed', 'committed')),
  holder text not null,
  lease_ends_at timestamptz not null,
  opened_at timestamptz not null default now(),
  object_deleted_at timestamptz
);
create index file_attempts_unfinished on file_attempts (state) where object_deleted_at is null and state <> 'committed';

create sequence file_numbers;

create table files (
  id text primary key,
  lot_id text not null references lots,
  kind text not null check (kind in ('factory')),
  version integer not null,
  attempt_id uuid not null unique references file_attempts,
  key_id uuid not null,
  object_name text not null unique,
  -- Bytes of the OpenPGP message and its SHA-256, which names the version to a resuming download.
  size bigint not null,
  message_sha256 bytea not null check (length(message_sha256) = 32),
  -- SHA-256 of the receipt (itself the SHA-256 of the plaintext): enough to check one, not to know it.
  receipt_hash bytea not null check (length(receipt_hash) = 32),
  recipient_fingerprint text not null,
  signer_fingerprint text not null references vendor_keys,
  frontier_version integer not null,
  record_seq bigint not null,
  made_at timestamptz not null default now(),
  first_downloaded_at timestamptz,
  received_at timestamptz,
  wrong_receipts integer not null default 0,
  locked_at timestamptz,
  dropped_at timestamptz,
  unique (lot_id, kind, version)
);
create unique index one_current_factory_file on files (lot_id) where kind = 'factory' and dropped_at is null;

-- Work that opens seeds or a stored file. An end in database time: whoever is past it must have stopped.
create table leases (
  id uuid primary key default gen_random_uuid(),
  ring text not null check (ring in ('seeds', 'files')),
  lot_id text not null references lots,
  epoch bigint not null,
  holder text not null,
  ends_at timestamptz not null
);
create index leases_by_ring on leases (ring, epoch);

-- Attempts and failures of a step, for back-off and for people: the queue remembers nothing.
create table failures (
  step text not null,
  subject text not null,
  attempts integer not null,
  code text not null,
  failed_at timestamptz not null default now(),
  retry_at timestamptz not null,
  primary key (step, subject)
);

-- Shreds -----------------------------------------------------------------------

create sequence shred_numbers;

create table shreds (
  id text primary key,
  lot_id text not null references lots,
  reason text not null check (reason in ('order_cancelled')),
  intended_at timestamptz not null default now(),
  -- The roots that its two rotations ended and began; null until each has committed.
  seeds_root_from integer,
  seeds_root_to integer,
  files_root_from integer,
  files_root_to integer,
  mirrored_at timestamptz,
  roots_destroyed_at timestamptz,
  completed_at timestamptz,
  abandoned_at timestamptz,
  check (completed_at is null or abandoned_at is null)
);
create unique index one_open_shred on shreds (lot_id) where completed_at is null and abandoned_at is null;

-- Records ------------------------------------------------------------------------

create table records (
  -- The order of writing, with gaps; `number` is the log's own, gapless, given by the notary alone.
  seq bigint generated always as identity primary key,
  id uuid not null unique,
  type text not null,
  lot_id text references lots,
  line bytea not null,
  number bigint unique,
  published_at timestamptz,
  check (published_at is null or number is not null),
  -- The columns say what the line says, so that a policy on them is one on the published bytes.
  check (type = convert_from(line, 'UTF8')::jsonb ->> 'type'),
  check (lot_id is not distinct from convert_from(line, 'UTF8')::jsonb ->> 'lot')
);
create index records_unnumbered on records (seq) where number is null;
create index records_unpublished on records (number) where published_at is null;
create index records_of_lot on records (lot_id, seq);

-- Answers to requests that carried an Idempotency-Key ------------------------------

create table idempotency_keys (
  actor_id text not null references actors,
  key text not null,
  request_hash bytea not null,
  -- Null only inside the transaction that is making the answer.
  status smallint,
  answer jsonb,
  answered_at timestamptz not null default now(),
  primary key (actor_id, key)
);

-- Grants ---------------------------------------------------------------------------

grant select on products, serial_spaces, factories, customers, recipient_keys, orders, lots, serial_states,
  generation_runs, vendor_keys, file_attempts, files, leases, failures, shreds
  to seedlot_api, seedlot_generator, seedlot_dispatcher, seedlot_shredder;
grant select, insert (id, type, lot_id, line) on records
  to seedlot_api, seedlot_generator, seedlot_dispatcher, seedlot_shredder;
-- A person's name is for the API alone.
grant select on actors to seedlot_api;
grant select (id, kind, factory_id, customer_id) on actors to seedlot_generator, seedlot_dispatcher, seedlot_shredder;

grant insert on products, serial_spaces, factories, customers, actors, orders, lots, serial_states to seedlot_api;
grant select, insert, update (used_at, revoked_at) on access_tokens to seedlot_api;
grant select, insert on recipient_keys to seedlot_api;
grant select, insert, update, delete on idempotency_keys to seedlot_api;
grant usage on sequence staff_numbers, order_numbers to seedlot_api;
grant update (state, received_at, cancelled_at) on lots to seedlot_api;
grant update (first_downloaded_at, received_at, wrong_receipts, locked_at) on files to seedlot_api;
grant insert, update (ends_at, epoch), delete on leases to seedlot_api, seedlot_generator, seedlot_dispatcher;

grant usage on schema seeds_ring to seedlot_generator, seedlot_dispatcher, seedlot_shredder;
grant usage on schema files_ring to seedlot_api, seedlot_dispatcher, seedlot_shredder;
grant insert, update, delete on failures to seedlot_generator, seedlot_dispatcher, seedlot_shredder, seedlot_notary;

grant update (state, sealed_at) on lots to seedlot_generator;
grant insert, update, delete on generation_runs to seedlot_generator;
grant update, insert, delete on serial_states to seedlot_generator, seedlot_dispatcher, seedlot_shredder;
grant select, insert on seeds_ring.lot_keys, seeds_ring.pages to seedlot_generator;

grant update (state, dispatched_at) on lots to seedlot_dispatcher;
grant select on seeds_ring.lot_keys, seeds_ring.segments, seeds_ring.pages to seedlot_dispatcher;
grant select, insert on seeds_ring.vendor_secrets to seedlot_dispatcher;
grant insert on vendor_keys to seedlot_dispatcher;
grant insert, update on file_attempts to seedlot_dispatcher;
grant insert on files to seedlot_dispatcher;
grant usage on sequence file_numbers to seedlot_dispatcher;

grant select, insert, update on shreds to seedlot_shredder;
grant usage on sequence shred_numbers to seedlot_shredder;
grant update (state) on lots to seedlot_shredder;
grant update (dropped_at) on files to seedlot_shredder;
grant update on file_attempts to seedlot_shredder;
grant select, update, delete on seeds_ring.lot_keys, seeds_ring.segments, seeds_ring.pages to seedlot_shredder;
grant insert on seeds_ring.segments to seedlot_shredder;

-- The notary numbers and publishes; it can neither write nor change a record's bytes.
grant select on failures to seedlot_notary;
grant select (seq, id, type, lot_id, line, number, published_at) on records to seedlot_notary;
grant update (number, published_at) on records to seedlot_notary;

-- Whose rows -------------------------------------------------------------------------

-- A lease is a fence: a service can neither remove nor forge one on a ring that it does not work on.
alter table leases enable row level security;
create policy seen on leases for select using (true);
create policy files_ring_of_api on leases for all to seedlot_api
  using (ring = 'files') with check (ring = 'files' and ends_at < clock_timestamp() + interval '1 minute');
create policy seeds_ring_of_workers on leases for all to seedlot_generator, seedlot_dispatcher
  using (ring = 'seeds') with check (ring = 'seeds' and ends_at < clock_timestamp() + interval '1 minute');

-- A record is an act: each service writes those of its own, in its own name; the API also in that of its callers.
alter table records enable row level security;
create policy seen on records for select using (true);
create policy numbered_by_notary on records for update to seedlot_notary using (true) with check (true);
create policy written_by_api on records for insert to seedlot_api with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' !~ '^service:(?!api$)'
  and type in ('staff.added', 'product.added', 'factory.added', 'customer.added', 'token.issued', 'order.placed',
    'order.cancelled', 'file.downloaded', 'file.locked', 'file.unlocked', 'receipt.accepted', 'receipt.refused'));
create policy written_by_generator on records for insert to seedlot_generator with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' = 'service:seed-generator'
  and type in ('lot.generating', 'lot.sealed'));
create policy written_by_dispatcher on records for insert to seedlot_dispatcher with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' = 'service:factory-dispatcher'
  and type in ('signing-key.made', 'file.made'));
create policy written_by_shredder on records for insert to seedlot_shredder with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' = 'service:shredder' and type like 'shred.%');
