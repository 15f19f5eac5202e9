-- The right of a run to its stack's state: the SHA-256 of a random secret, which only the run's worker has. Null for runs that
-- were claimed before there were such secrets.
alter table run add column credential bytea;

-- ── audit: append-only, a partition a month ──────────────────────────────────────────────────────────────────

alter table audit rename to audit_before;
alter index audit_pkey rename to audit_before_pkey;

create sequence audit_number;

-- The transaction has its own number before its row has one: whoever reads the rows in order knows by that which numbers are
-- still to come, and skips none.
create function audit_next_id() returns bigint language sql volatile as
$$ select nextval('audit_number') from (select pg_current_xact_id() offset 0) as begun $$;

create table audit (
    id          bigint not null default audit_next_id(),
    at          timestamptz not null,
    actor       text not null,
    -- The role the actor did it by; null for the service itself.
    role        text,
    action      text not null,
    subject     text not null,
    -- Whose thing it is; null for what belongs to no tenant.
    tenant_id   text,
    reason      text,
    -- DONE in the transaction that did it; REFUSED for an attempt that was not allowed.
    outcome     text not null default 'DONE' check (outcome in ('DONE', 'REFUSED')),
    request_id  text,
    primary key (id, at)
) partition by range (at);
create index audit_by_tenant on audit (tenant_id, id);
create index audit_by_actor on audit (actor, id);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is append-only' using errcode = 'insufficient_privilege';
end $$;

-- Holds on every partition. Old months leave by having their partition dropped, and in no other way.
create trigger append_only before update or delete on audit
    for each row execute function audit_is_append_only();
create trigger never_emptied before truncate on audit
    for each statement execute function audit_is_append_only();

-- What is written in a month that has no partition of its own.
create table audit_rest partition of audit default;
create trigger never_emptied before truncate on audit_rest
    for each statement execute function audit_is_append_only();

-- Makes the partition of a month, unless it is there or its rows lie in the rest already.
create function audit_partition(month date) returns void language plpgsql as $$
declare
    name text := 'audit_' || to_char(month, 'YYYY_MM');
begin
    if to_regclass(name) is not null then
        return;
    end if;
    execute format('create table %I partition of audit for values from (%L) to (%L)', name,
        cast(month as timestamp) at time zone 'UTC',
        cast(month + interval '1 month' as timestamp) at time zone 'UTC');
    execute format('create trigger never_emptied before truncate on %I'
        ' for each statement execute function audit_is_append_only()', name);
exception
    when duplicate_table or check_violation then
        null;
end $$;

-- The partitions of this month and the next.
create function audit_partitions() returns void language sql volatile as $$
    select audit_partition(cast(date_trunc('month', now() at time zone 'UTC') + ahead as date))
    from (values (interval '0 month'), (interval '1 month')) as months (ahead)
$$;

select audit_partitions();
select audit_partition(month) from (
    select distinct cast(date_trunc('month', at at time zone 'UTC') as date) as month from audit_before) as months;

insert into audit (id, at, actor, action, subject, tenant_id, reason)
select id, at, actor, action, subject,
       substring(subject from '^([a-z0-9][a-z0-9-]{0,62})/[1-9][0-9]{0,8}(?:$|[ /])'),
       reason
from audit_before;
select setval('audit_number', greatest((select max(id) from audit_before), 1), exists (select 1 from audit_before));
drop table audit_before;
