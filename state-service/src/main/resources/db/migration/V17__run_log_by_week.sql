-- Logs of runs: a partition a week, by the run's id, which begins with its time. A whole log lies in one partition, and old weeks
-- leave by having theirs dropped.

do $$
begin
    if exists (select 1 from pg_constraint where conname = 'run_log_before' and conrelid = cast('run_log' as regclass)) then
        -- Others go on writing meanwhile.
        alter table run_log validate constraint run_log_before;
    end if;
end $$;

alter table run_log rename to run_log_before;
alter index run_log_pkey rename to run_log_before_pkey;
alter index run_log_old_seal rename to run_log_before_old_seal;

create table run_log (
    run_id   text not null,
    seq      bigint not null,
    at       timestamptz not null,
    type     text not null,
    -- The line, sealed.
    line     bytea not null,
    primary key (run_id, seq)
) partition by range (run_id);
create index run_log_old_seal on run_log (run_id) where substring(line from 1 for 1) = '\x01';

-- What belongs to a week that has no partition of its own.
create table run_log_rest partition of run_log default;

-- What was there before is the week in which it ends, and all before that.
do $$
declare
    bound text := substring(pg_get_constraintdef(oid) from '''([0-9a-f-]{36})''')
        from pg_constraint where conname = 'run_log_before' and conrelid = cast('run_log_before' as regclass);
    week timestamp := date_trunc('week', now() at time zone 'UTC') + interval '1 week';
begin
    if bound is null then
        bound := run_id_from((week + interval '1 week') at time zone 'UTC');
        with above as (delete from run_log_before where run_id >= bound returning *)
        insert into run_log_rest select * from above;
    else
        week := (select max(monday) from generate_series(week - interval '520 weeks', week, interval '1 week') as monday
                 where run_id_from((monday + interval '1 week') at time zone 'UTC') = bound);
    end if;
    execute format('alter table run_log attach partition run_log_before for values from (minvalue) to (%L)', bound);
    alter table run_log_before drop constraint if exists run_log_before;
    execute format('alter table run_log_before rename to %I', 'run_log_' || to_char(week, 'YYYY_MM_DD'));
end $$;

-- Makes the partition of the week that begins at that Monday, unless it is there or its rows lie elsewhere already.
create function run_log_partition(week date) returns void language plpgsql as $$
declare
    name text := 'run_log_' || to_char(week, 'YYYY_MM_DD');
begin
    if to_regclass(name) is null then
        execute format('create table %I partition of run_log for values from (%L) to (%L)', name,
            run_id_from(cast(week as timestamp) at time zone 'UTC'),
            run_id_from(cast(week + 7 as timestamp) at time zone 'UTC'));
    end if;
exception
    -- Made by another process, kept in the rest, or within the one from before there were weeks.
    when duplicate_table or check_violation or invalid_object_definition then
        null;
end $$;

-- The partitions of this week and the two to come.
create function run_log_partitions() returns void language sql volatile as $$
    select run_log_partition(cast(date_trunc('week', now() at time zone 'UTC') as date) + ahead)
    from (values (0), (7), (14)) as days (ahead)
$$;

select run_log_partitions();
