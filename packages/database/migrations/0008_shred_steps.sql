-- When a shred has chosen the stored files that go, which may be none: then it needs no root of the files ring.
alter table shreds add column files_dropped_at timestamptz;
update shreds set files_dropped_at = coalesce(mirrored_at, intended_at) where files_root_to is not null;
