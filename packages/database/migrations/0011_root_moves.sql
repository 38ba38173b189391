-- Moves of a ring from one root slot to another. Addresses name folders and tokens and hold no secret.
create sequence root_move_numbers;
create table root_moves (
  id text primary key check (id ~ '^root-move-[0-9]{6,}$'),
  ring text not null check (ring in ('seeds', 'files')),
  from_slot text not null,
  to_slot text not null,
  from_adapter text not null,
  to_adapter text not null,
  begun_at timestamptz not null default now(),
  -- Set in the transaction that gives the ring its root in the new slot; from then on the move can only be completed.
  root_from integer,
  root_to integer,
  completed_at timestamptz,
  abandoned_at timestamptz,
  check ((root_from is null) = (root_to is null) and root_from < root_to),
  check (completed_at is null or root_to is not null),
  check (abandoned_at is null or root_to is null)
);
create unique index one_open_root_move on root_moves (ring) where completed_at is null and abandoned_at is null;

grant usage on sequence root_move_numbers to seedlot_shredder;
grant select, insert, update (root_from, root_to, completed_at, abandoned_at) on root_moves to seedlot_shredder;
create policy root_moves_by_shredder on records for insert to seedlot_shredder with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' = 'service:shredder' and type like 'root-move.%');
