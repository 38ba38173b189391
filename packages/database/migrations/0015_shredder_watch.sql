-- When the shredder last put on record that it runs.
create table shredder_watch (
  singleton boolean primary key default true check (singleton),
  recorded_at timestamptz not null default now()
);
grant select, insert, update on shredder_watch to seedlot_shredder;
