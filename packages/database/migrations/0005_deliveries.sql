create sequence delivery_numbers;

create table deliveries (
  id text primary key,
  customer_id text not null references customers,
  state text not null default 'assigned' check (state in ('assigned', 'exported', 'delivered', 'received', 'cancelled')),
  -- The format of the newest export that was asked for.
  format text not null check (format in ('entra-csv', 'hex-csv', 'pskc')),
  -- Exports asked for so far. One is due while no export has this number as its request.
  exports_wanted integer not null default 1 check (exports_wanted >= 1),
  created_by text not null references actors,
  created_at timestamptz not null default now(),
  exported_at timestamptz,
  delivered_at timestamptz,
  received_at timestamptz,
  cancelled_at timestamptz
);
create index deliveries_of_customer on deliveries (customer_id);

create table delivery_serials (
  delivery_id text not null references deliveries,
  lot_id text not null references lots,
  space_id integer not null references serial_spaces,
  numbers int8range not null check (lower_inc(numbers) and not upper_inc(numbers) and not isempty(numbers)),
  -- Set when the delivery is cancelled: the serials are free again.
  released_at timestamptz,
  constraint serial_assigned_once exclude using gist (space_id with =, numbers with &&) where (released_at is null)
);
create index delivery_serials_by_delivery on delivery_serials (delivery_id);
create index delivery_serials_by_lot on delivery_serials (lot_id);

alter table file_attempts
  add column delivery_id text references deliveries,
  add check (kind in ('factory', 'export', 'report')),
  add check ((kind = 'export') = (delivery_id is not null)),
  add check ((kind = 'export') = (lot_id is null));

alter table files
  drop constraint files_kind_check,
  add constraint files_kind_check check (kind in ('factory', 'export')),
  alter column lot_id drop not null,
  -- Of one lot for a factory file; an export's are checked one by one when it is committed.
  alter column frontier_version drop not null,
  add column delivery_id text references deliveries,
  add column format text,
  -- Which of the delivery's requests it answers.
  add column request integer,
  -- Serials in it.
  add column quantity integer,
  -- A newer one has taken its place: nobody can download it, and its key goes with the next shred.
  add column replaced_at timestamptz,
  add check ((kind = 'export') = (delivery_id is not null and format is not null and request is not null)),
  add check ((kind = 'factory') = (lot_id is not null)),
  add unique (delivery_id, version);
drop index one_current_factory_file;
create unique index one_current_factory_file on files (lot_id)
  where kind = 'factory' and dropped_at is null and replaced_at is null;
create unique index one_current_export on files (delivery_id)
  where kind = 'export' and dropped_at is null and replaced_at is null;

grant select on deliveries, delivery_serials
  to seedlot_api, seedlot_dispatcher, seedlot_tracker, seedlot_exporter, seedlot_shredder;
grant usage on sequence delivery_numbers to seedlot_api;
grant insert on deliveries, delivery_serials to seedlot_api;
grant update (state, format, exports_wanted, delivered_at, received_at, cancelled_at) on deliveries to seedlot_api;
grant update (released_at) on delivery_serials to seedlot_api;
grant update (replaced_at) on files to seedlot_api, seedlot_dispatcher, seedlot_exporter;

grant usage on sequence file_numbers to seedlot_exporter;
grant insert on files to seedlot_exporter;
grant insert, update on file_attempts to seedlot_exporter;
grant update (state, exported_at) on deliveries to seedlot_exporter;
