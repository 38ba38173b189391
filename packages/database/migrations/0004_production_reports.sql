-- The most scrap that ops may accept, in percent of a lot.
alter table products add column scrap_limit_percent double precision not null default 5
  check (scrap_limit_percent between 0 and 100);

alter table lots
  add column produced_at timestamptz,
  add column closed_at timestamptz,
  add column lost_at timestamptz;

-- An uploaded report is a stored file, too: sealed under a key of its own, found by its attempt if a crash leaves it.
alter table file_attempts
  add column kind text not null default 'factory',
  alter column lot_id drop not null;
alter table file_attempts alter column kind drop default;

create sequence report_numbers;

-- One uploaded CSV with its detached signature: a part of its lot's production report.
create table reports (
  id text primary key,
  lot_id text not null references lots,
  -- received: stored and its signature good. judged: read, and without a fault. refused: faulty, or thrown away by ops.
  state text not null default 'received' check (state in ('received', 'judged', 'refused', 'accepted')),
  csv_sha256 bytea not null check (length(csv_sha256) = 32),
  -- Bytes of the CSV.
  size bigint not null,
  signature bytea not null check (length(signature) between 1 and 16384),
  signer_fingerprint text not null,
  attempt_id uuid not null unique references file_attempts,
  key_id uuid not null,
  object_name text not null unique,
  received_at timestamptz not null default now(),
  judged_at timestamptz,
  ended_at timestamptz,
  burned integer,
  scrapped integer,
  -- Serials whose OTP sample was checked, and fits.
  samples integer,
  -- All faults, also those beyond what report_faults keeps.
  faults integer not null default 0,
  -- Its stored bytes, samples among them, are gone: their key was erased.
  dropped_at timestamptz,
  check ((state in ('judged', 'accepted')) <= (burned is not null and scrapped is not null and samples is not null))
);
-- The same bytes sent again are the same part.
create unique index one_living_copy on reports (lot_id, csv_sha256) where state <> 'refused';
create index reports_to_judge on reports (id) where state = 'received';

-- What a judged part says: ranges, not rows. Removed again when ops refuses the report.
create table report_serials (
  report_id text not null references reports,
  space_id integer not null references serial_spaces,
  numbers int8range not null check (lower_inc(numbers) and not upper_inc(numbers) and not isempty(numbers)),
  result text not null check (result in ('burned', 'scrapped')),
  -- HOTP with a sample: the counter that an export starts at, behind the two codes that the factory has used up.
  next_counter bigint check (next_counter >= 0),
  constraint serial_reported_once exclude using gist (space_id with =, numbers with &&)
);
create index report_serials_by_report on report_serials (report_id);

-- The first faults of a refused part, by line. Messages hold no OTP and no seed.
create table report_faults (
  report_id text not null references reports,
  position integer not null,
  -- 1 is the header; null concerns the file as a whole.
  line bigint,
  code text not null,
  message text not null,
  fix text not null,
  primary key (report_id, position)
);

grant select on reports, report_serials, report_faults
  to seedlot_api, seedlot_tracker, seedlot_exporter, seedlot_shredder, seedlot_dispatcher;
grant usage on sequence report_numbers to seedlot_api;
grant insert on reports to seedlot_api;
grant update (state, ended_at) on reports to seedlot_api;
grant delete on report_serials to seedlot_api;
grant insert, update on file_attempts to seedlot_api;
grant insert, update, delete on serial_states to seedlot_api;
grant update (produced_at, lost_at) on lots to seedlot_api;
grant update (state, judged_at, ended_at, burned, scrapped, samples, faults) on reports to seedlot_tracker;
grant insert on report_serials, report_faults to seedlot_tracker;
grant update (dropped_at) on reports to seedlot_shredder;
grant update (closed_at) on lots to seedlot_shredder;
