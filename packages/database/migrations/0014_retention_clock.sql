-- Days that a factory's file may be fetched again once its receipt is in.
alter table factories add column file_days integer not null default 30 check (file_days between 1 and 3650);
grant update (file_days) on factories to seedlot_api;

-- Two persons let seeds live longer: all of a lot, or all of a delivery.
create table retention_extensions (
  id bigint generated always as identity primary key,
  lot_id text references lots,
  delivery_id text references deliveries,
  until timestamptz not null,
  extended_at timestamptz not null default now(),
  check (num_nonnulls(lot_id, delivery_id) = 1)
);
create index retention_extensions_by_lot on retention_extensions (lot_id);
create index retention_extensions_by_delivery on retention_extensions (delivery_id);
grant select on retention_extensions to seedlot_api, seedlot_shredder;
grant insert on retention_extensions to seedlot_api;

-- When living seeds fall due by their terms, and by which of them: null due_at for what no term ends. Every serial with a
-- living seed is in one row. The clock of a delivery runs from its first export, whatever was exported again; stock that
-- was never exported falls under its order's own cap. Delivered stock has the terms of an order that names none.
create view serial_clocks as
  with exported as (
    select s.space_id, s.lot_id, v.id as delivery_id, s.numbers * d.numbers as numbers,
      v.received_at + coalesce((retention ->> 'daysAfterReceipt')::int, 30) * interval '1 day' as receipt_term,
      v.exported_at + coalesce(
        case retention ->> 'terms' when 'keep' then (retention ->> 'capDays')::int end, 90) * interval '1 day' as export_cap
    from deliveries v
      join delivery_serials d on d.delivery_id = v.id and d.released_at is null
      join serial_states s on s.space_id = d.space_id and s.numbers && d.numbers
      join lots on lots.id = s.lot_id
      join orders on orders.id = lots.order_id
    where v.exported_at is not null and s.seed = 'living' and s.custody <> 'scrapped'
  ), unexported as (
    select s.space_id, s.lot_id, part as numbers, s.custody,
      case when retention ->> 'terms' = 'stock'
        then sealed_at + (retention ->> 'capDays')::int * interval '1 day' end as stock_cap,
      lots.produced_at
    from serial_states s
      join lots on lots.id = s.lot_id
      join orders on orders.id = lots.order_id
      cross join lateral unnest(int8multirange(s.numbers) - case when s.custody = 'scrapped' then '{}' else coalesce(
        (select range_agg(d.numbers) from delivery_serials d join deliveries v on v.id = d.delivery_id
          where d.space_id = s.space_id and d.numbers && s.numbers and d.released_at is null
            and v.exported_at is not null), '{}') end) part
    where s.seed = 'living'
  )
  select space_id, lot_id, delivery_id, numbers,
    case when receipt_term <= export_cap then 'receipt_term' else 'export_cap' end as reason,
    greatest(least(receipt_term, export_cap), (select max(until) from retention_extensions x
      where x.lot_id = exported.lot_id or x.delivery_id = exported.delivery_id)) as due_at
  from exported
  union all
  select space_id, lot_id, null, numbers,
    case when custody = 'scrapped' then 'scrapped' else 'stock_cap' end,
    case when custody = 'scrapped' then produced_at
      when stock_cap is not null then greatest(stock_cap, (select max(until) from retention_extensions x
        where x.lot_id = unexported.lot_id)) end
  from unexported;

-- When factory files fall due: by the factory's days after its receipt.
create view file_clocks as
  select files.id as file_id, files.lot_id, files.received_at + file_days * interval '1 day' as due_at
  from files
    join lots on lots.id = files.lot_id
    join orders on orders.id = lots.order_id
    join factories on factories.id = orders.factory_id
  where files.kind = 'factory' and files.dropped_at is null and files.received_at is not null;

grant select on serial_clocks, file_clocks to seedlot_api, seedlot_shredder;

alter table shreds
  drop constraint shreds_reason_check,
  add constraint shreds_reason_check
    check (reason in ('order_cancelled', 'requested', 'file_replaced', 'delivery_cancelled', 'report_judged',
      'receipt_term', 'export_cap', 'stock_cap', 'scrapped', 'factory_file_term'));

-- The shredder says every day that it runs.
drop policy written_by_shredder on records;
create policy written_by_shredder on records for insert to seedlot_shredder with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' = 'service:shredder'
  and (type like 'shred.%' or type in ('lot.closed', 'shredder.alive')));
create policy retention_by_api on records for insert to seedlot_api with check (
  convert_from(line, 'UTF8')::jsonb ->> 'actor' !~ '^service:(?!api$)'
  and type in ('retention.extended', 'factory.changed'));
