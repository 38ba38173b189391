-- Which serials a record is about: all of its lot, the named numbers of a space, or those of a delivery.
alter table records
  add column delivery_id text references deliveries,
  add column space_id integer references serial_spaces,
  add column numbers int8multirange,
  add check (delivery_id is not distinct from convert_from(line, 'UTF8')::jsonb ->> 'delivery'),
  add check ((space_id is null) = (numbers is null));
create index records_of_delivery on records (delivery_id, seq) where delivery_id is not null;
create index records_of_serials on records using gist (space_id, numbers) where numbers is not null;

grant insert (delivery_id, space_id, numbers) on records
  to seedlot_api, seedlot_generator, seedlot_dispatcher, seedlot_shredder;
grant select, insert (id, type, lot_id, delivery_id, space_id, numbers, line) on records
  to seedlot_tracker, seedlot_exporter;

drop policy written_by_api on records;
create policy written_by_api on records for insert to seedlot_api with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' !~ '^service:(?!api$)'
  and type in ('staff.added', 'product.added', 'factory.added', 'customer.added', 'token.issued', 'key.replaced',
    'order.placed', 'order.cancelled', 'lot.lost', 'file.downloaded', 'file.locked', 'file.unlocked',
    'receipt.accepted', 'receipt.refused', 'report.received', 'report.accepted', 'report.refused',
    'serials.scrapped', 'serials.lost', 'serials.assigned', 'serials.voided', 'delivery.created',
    'delivery.cancelled', 'export.requested', 'shred.requested', 'shred.serials'));
create policy written_by_tracker on records for insert to seedlot_tracker with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' = 'service:serial-tracker'
  and type in ('report.judged', 'report.refused', 'shred.requested'));
create policy written_by_exporter on records for insert to seedlot_exporter with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' = 'service:customer-exporter'
  and type in ('file.made', 'file.replaced', 'shred.requested'));
drop policy written_by_dispatcher on records;
create policy written_by_dispatcher on records for insert to seedlot_dispatcher with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' = 'service:factory-dispatcher'
  and type in ('signing-key.made', 'file.made', 'file.replaced', 'shred.requested'));
