-- What grows with time lets go of what is past its time: one row for each kind, locked by the process that is at it.
create table retention (
    sweep           text primary key,
    -- Where the round is; empty at its beginning.
    position        text not null default '',
    due_at          timestamptz not null default '-infinity',
    -- When a whole round ended last; null before the first.
    round_ended_at  timestamptz,
    -- How many rows, or partitions, went in all rounds.
    gone            bigint not null default 0
);

-- The newest migration that a service must have to work on this schema. Only a migration that takes away or tightens what an
-- older service uses may raise it.
create table schema_floor (
    id      smallint primary key default 1 check (id = 1),
    oldest  int not null
);
insert into schema_floor (oldest) values (14);

create index dead_letter_closed on dead_letter (closed_at) where closed_at is not null;

-- Ids of runs begin with the time they were made at: the lowest id that a moment can have.
create function run_id_from(moment timestamptz) returns text language sql immutable as
$$ select substring(hex from 1 for 8) || '-' || substring(hex from 9 for 4) || '-7000-8000-000000000000'
   from (select lpad(to_hex(cast(floor(extract(epoch from moment) * 1000) as bigint)), 12, '0') as hex) as millis $$;

-- The logs of runs become a partition by week in the next migration. That all rows fit into the first one is promised here and
-- proved there, so that nobody waits for the proof.
do $$
declare
    bound text := run_id_from((date_trunc('week', now() at time zone 'UTC') + interval '2 weeks') at time zone 'UTC');
begin
    if not exists (select 1 from run_log where run_id >= bound) then
        execute format('alter table run_log add constraint run_log_before check (run_id < %L) not valid', bound);
    end if;
end $$;

-- Holds that no time ends. Few at any time.
create index stack_held on stack (tenant_id, incarnation, stack) where hold_code is not null and hold_until is null;

-- Listings are read a page at a time, in the order of an index.
create index dead_letter_by_tenant on dead_letter (tenant_id, id);
create index drift_in_order on drift (drift_id);
