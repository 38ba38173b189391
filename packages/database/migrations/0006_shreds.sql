-- A shred is of a whole lot, of serials, or of stored files alone.
alter table shreds
  drop constraint shreds_reason_check,
  add constraint shreds_reason_check
    check (reason in ('order_cancelled', 'requested', 'file_replaced', 'delivery_cancelled', 'report_judged')),
  -- Set when the shred takes the lot whole.
  alter column lot_id drop not null,
  add column requested_by text references actors,
  add column requested_at timestamptz not null default now(),
  -- Null until the shredder has recorded its intent.
  alter column intended_at drop not null,
  alter column intended_at drop default;
create index shreds_open on shreds (requested_at, id) where completed_at is null and abandoned_at is null;

-- The serials that a shred takes; none where it takes stored files alone, whose seeds live on.
create table shred_serials (
  shred_id text not null references shreds,
  lot_id text not null references lots,
  space_id integer not null references serial_spaces,
  numbers int8range not null check (lower_inc(numbers) and not upper_inc(numbers) and not isempty(numbers))
);
create index shred_serials_by_shred on shred_serials (shred_id);
create index shred_serials_by_lot on shred_serials (lot_id);

-- The stored files whose keys a shred erases: named when it is asked for, or found to hold one of its serials.
create table shred_files (
  shred_id text not null references shreds,
  attempt_id uuid not null references file_attempts,
  key_id uuid not null,
  file_id text references files,
  report_id text references reports,
  primary key (shred_id, attempt_id),
  check ((file_id is null) <> (report_id is null))
);

grant select on shred_serials, shred_files
  to seedlot_api, seedlot_generator, seedlot_dispatcher, seedlot_tracker, seedlot_exporter, seedlot_shredder;
grant usage on sequence shred_numbers to seedlot_api, seedlot_dispatcher, seedlot_tracker, seedlot_exporter;
grant insert (id, lot_id, reason, requested_by) on shreds
  to seedlot_api, seedlot_dispatcher, seedlot_tracker, seedlot_exporter;
grant insert on shred_serials to seedlot_api, seedlot_shredder;
grant insert on shred_files
  to seedlot_api, seedlot_dispatcher, seedlot_tracker, seedlot_exporter, seedlot_shredder;

-- Each service may ask for the shreds that its own work calls for; only the shredder carries them out.
alter table shreds enable row level security;
create policy seen on shreds for select using (true);
create policy carried_out on shreds for all to seedlot_shredder using (true) with check (true);
create policy asked_by_api on shreds for insert to seedlot_api
  with check (reason in ('requested', 'delivery_cancelled', 'file_replaced'));
create policy asked_by_dispatcher on shreds for insert to seedlot_dispatcher with check (reason = 'file_replaced');
create policy asked_by_exporter on shreds for insert to seedlot_exporter with check (reason = 'file_replaced');
create policy asked_by_tracker on shreds for insert to seedlot_tracker with check (reason = 'report_judged');
