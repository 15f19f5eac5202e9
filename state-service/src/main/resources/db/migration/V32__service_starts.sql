-- Starts of the service: what tells a record that ends the reader from a platform whose processes end. Kept for a day.
create table service_start (
    boot_id     text primary key,
    started_at  timestamptz not null
);
create index service_start_at on service_start (started_at);

-- A trial of the record at delivered_offset: since when its deliveries are counted, and how many were counted in trials before.
alter table source_partition add column tried_since timestamptz;
alter table source_partition add column tried_before int not null default 0;
