-- A ring is the same three tables in a schema of its own. Every key in them is sealed: they are safe to back up, and
-- worth nothing without the one root of the ring's epoch. Who may see a ring is who may use its schema.
do $$
declare
  ring text;
begin
  foreach ring in array array['seeds_ring', 'files_ring'] loop
    execute format($sql$
      -- Committed at epoch 0 before the first root exists; the epoch is the id of the current root.
      create table %1$I.ring (
        singleton boolean primary key default true check (singleton),
        epoch integer not null unique check (epoch >= 0)
      );

      create table %1$I.buckets (
        id uuid primary key,
        version integer not null check (version >= 1),
        epoch integer not null references %1$I.ring (epoch) deferrable initially deferred,
        key_count integer not null check (key_count between 0 and 256),
        sealed bytea not null,
        unique (id, version)
      );
      create index buckets_with_room on %1$I.buckets (id) where key_count < 256;

      create table %1$I.keys (
        id uuid primary key,
        kind text not null check (kind in ('frontier', 'page', 'file', 'signing')),
        bucket uuid not null,
        bucket_version integer not null,
        sealed bytea not null,
        foreign key (bucket, bucket_version) references %1$I.buckets (id, version) deferrable initially deferred
      );
      create index keys_by_bucket on %1$I.keys (bucket);

      grant select on %1$I.ring, %1$I.buckets, %1$I.keys
        to seedlot_dispatcher, seedlot_shredder;
      grant insert on %1$I.buckets, %1$I.keys to seedlot_dispatcher;
      grant update (key_count) on %1$I.buckets to seedlot_dispatcher;
      grant insert, update, delete on %1$I.ring, %1$I.buckets, %1$I.keys to seedlot_shredder;
    $sql$, ring);
  end loop;
end
$$;

-- The generator gives every lot its keys, and has nothing to do with files.
grant select on seeds_ring.ring, seeds_ring.buckets, seeds_ring.keys to seedlot_generator;
grant insert on seeds_ring.buckets, seeds_ring.keys to seedlot_generator;
grant update (key_count) on seeds_ring.buckets to seedlot_generator;

-- The API serves stored files: it reads the files ring, and changes neither.
grant select on files_ring.ring, files_ring.buckets, files_ring.keys to seedlot_api;
