-- The serial tracker reads production reports, the customer exporter makes exports: each under a role of its own.
do $$
declare
  role_name text;
begin
  perform pg_advisory_xact_lock(hashtext('seedlot roles'));
  foreach role_name in array array['seedlot_tracker', 'seedlot_exporter'] loop
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

insert into actors (id, kind, name) values
  ('service:serial-tracker', 'service', 'serial-tracker'),
  ('service:customer-exporter', 'service', 'customer-exporter');

grant select on products, serial_spaces, factories, customers, recipient_keys, orders, lots, serial_states,
  vendor_keys, file_attempts, files, leases, failures, shreds
  to seedlot_tracker, seedlot_exporter;
grant select (id, kind, factory_id, customer_id) on actors to seedlot_tracker, seedlot_exporter;
grant insert, update, delete on failures to seedlot_tracker, seedlot_exporter;

-- Both open seeds: they read the seeds ring, and change nothing in it.
grant usage on schema seeds_ring, files_ring to seedlot_tracker, seedlot_exporter;
grant select on seeds_ring.lot_keys, seeds_ring.segments, seeds_ring.pages to seedlot_tracker, seedlot_exporter;
grant select on seeds_ring.ring, seeds_ring.buckets, seeds_ring.keys to seedlot_tracker, seedlot_exporter;
grant select on seeds_ring.vendor_secrets to seedlot_exporter;
grant select on files_ring.ring, files_ring.buckets, files_ring.keys to seedlot_tracker, seedlot_exporter;

-- An export's key enters the files ring with its file; so does the key under which the API seals an uploaded report.
grant insert on files_ring.buckets, files_ring.keys to seedlot_exporter, seedlot_api;
grant update (key_count) on files_ring.buckets to seedlot_exporter, seedlot_api;

-- Which running processes there are: each beats at every sweep.
create table workers (
  service text not null,
  holder text not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (service, holder)
);
grant select, insert, update, delete on workers to seedlot_api, seedlot_generator, seedlot_dispatcher,
  seedlot_tracker, seedlot_exporter, seedlot_shredder, seedlot_notary;

-- A key that was replaced stays on the record, and the same key may come again with a later expiry.
alter table recipient_keys
  drop constraint recipient_keys_pkey,
  add column id bigint generated always as identity primary key;
create index keys_by_actor on recipient_keys (actor_id, fingerprint);
grant update (replaced_at) on recipient_keys to seedlot_api;

-- Work may need several lots at a time: a delivery's serials come from many.
drop policy files_ring_of_api on leases;
drop policy seeds_ring_of_workers on leases;
alter table leases add column lots text[];
update leases set lots = array[lot_id];
alter table leases
  drop column lot_id,
  alter column lots set not null,
  add check (cardinality(lots) > 0);
create index leases_by_lot on leases using gin (lots);
grant insert, update (ends_at, epoch), delete on leases to seedlot_tracker, seedlot_exporter;
create policy files_ring_of_readers on leases for all to seedlot_api, seedlot_tracker
  using (ring = 'files') with check (ring = 'files' and ends_at < clock_timestamp() + interval '1 minute');
create policy seeds_ring_of_workers on leases for all
  to seedlot_generator, seedlot_dispatcher, seedlot_tracker, seedlot_exporter
  using (ring = 'seeds') with check (ring = 'seeds' and ends_at < clock_timestamp() + interval '1 minute');
