create sequence hold_numbers;

-- A legal hold: while it is active, nothing that it names is shredded.
create table holds (
  id text primary key,
  -- What it is on; serials of its own where all three are null.
  lot_id text references lots,
  delivery_id text references deliveries,
  -- All that was ever assigned to the customer, and what will be.
  customer_id text references customers,
  reason text not null,
  ends_at timestamptz not null,
  set_by text not null references actors,
  set_at timestamptz not null default now(),
  -- When it ends unless a second person has confirmed it.
  lapses_at timestamptz not null,
  confirmed_by text references actors,
  confirmed_at timestamptz,
  lifted_at timestamptz,
  check (num_nonnulls(lot_id, delivery_id, customer_id) <= 1),
  check ((confirmed_by is null) = (confirmed_at is null)),
  check (confirmed_by <> set_by),
  check (ends_at > set_at)
);

create table hold_serials (
  hold_id text not null references holds,
  space_id integer not null references serial_spaces,
  numbers int8range not null check (lower_inc(numbers) and not upper_inc(numbers) and not isempty(numbers))
);
create index hold_serials_by_hold on hold_serials (hold_id);

create view active_holds as select * from holds
  where lifted_at is null and ends_at > now() and (confirmed_at is not null or lapses_at > now());

-- What a cancelled delivery has released stays held: no cancellation takes anything out of a hold.
create view held_serials as
  select active_holds.id as hold_id, space_id, numbers from active_holds join lots on lots.id = lot_id
  union all
  select id, space_id, numbers from active_holds join delivery_serials using (delivery_id)
  union all
  select active_holds.id, space_id, numbers from active_holds
    join deliveries using (customer_id) join delivery_serials on delivery_serials.delivery_id = deliveries.id
  union all
  select id, space_id, numbers from active_holds join hold_serials on hold_id = id;

grant select on holds, hold_serials, active_holds, held_serials to seedlot_api, seedlot_shredder;
grant usage on sequence hold_numbers to seedlot_api;
grant insert on holds, hold_serials to seedlot_api;
grant update (confirmed_by, confirmed_at, lifted_at) on holds to seedlot_api;

create policy holds_by_api on records for insert to seedlot_api with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' !~ '^service:(?!api$)' and type like 'hold.%');
