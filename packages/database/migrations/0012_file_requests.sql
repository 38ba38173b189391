-- How many factory files of a lot were asked for: the one that answers the newest takes the place of the one before.
alter table lots add column files_wanted integer not null default 1;
update files set request = 1 where kind = 'factory';
alter table files alter column request set not null;
grant update (files_wanted, closed_at) on lots to seedlot_api;

drop policy written_by_api on records;
create policy written_by_api on records for insert to seedlot_api with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' !~ '^service:(?!api$)'
  and type in ('staff.added', 'product.added', 'factory.added', 'customer.added', 'token.issued', 'key.replaced',
    'order.placed', 'order.cancelled', 'lot.lost', 'lot.closed', 'file.requested', 'file.downloaded', 'file.locked',
    'file.unlocked', 'receipt.accepted', 'receipt.refused', 'report.received', 'report.accepted', 'report.refused',
    'serials.scrapped', 'serials.lost', 'serials.assigned', 'serials.voided', 'delivery.created',
    'delivery.cancelled', 'export.requested', 'shred.requested', 'shred.serials'));
drop policy written_by_shredder on records;
create policy written_by_shredder on records for insert to seedlot_shredder with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' = 'service:shredder'
  and (type like 'shred.%' or type = 'lot.closed'));
