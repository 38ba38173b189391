-- Parts of one report are judged one after the other: the tracker locks their lot, for which it must be able to change something of it.
alter table lots add column judged_at timestamptz;
grant update (judged_at) on lots to seedlot_tracker;
