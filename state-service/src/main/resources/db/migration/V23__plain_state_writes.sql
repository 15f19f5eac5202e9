-- Stores a state when nothing speaks against it, and gives its version; null, and nothing is changed, when something may. It is
-- a function because each of its statements must see what was committed while the stack's lock was waited for: what one statement
-- reads by itself is as old as its beginning. The rule is the plain case of WriteDecider, which decides all others.
create function plain_state_write(
    of_tenant text, of_incarnation int, of_stack text,
    of_kind text, of_right text,
    of_lineage text, of_serial bigint, of_md5 text, of_size bigint,
    of_reason text, of_writer text, of_bytes bytea,
    out added bigint)
language plpgsql volatile as $$
declare
    held record;
begin
    select * into held from stack_hold(of_tenant, of_incarnation, of_stack);
    if not (case of_kind
            when 'RUN' then held.lease_id is not distinct from of_right and held.lock_id is null
            when 'PERSON' then held.lease_id is null and held.lock_id is not distinct from of_right
            else false end)
        or of_right is null
        or held.head_version is not null
            and (held.head_lineage <> of_lineage or held.head_serial > of_serial
                or held.head_serial = of_serial and held.head_md5 = of_md5)
    then
        return;
    end if;
    insert into state_version as v (tenant_id, incarnation, stack, version, lineage, serial, md5, size, kind,
        reason, run_id, lease_id, written_by, written_at, bytes)
    values (of_tenant, of_incarnation, of_stack,
        1 + coalesce((select max(o.version) from state_version o where o.tenant_id = of_tenant
            and o.incarnation = of_incarnation and o.stack = of_stack), 0),
        of_lineage, of_serial, of_md5, of_size, of_kind, of_reason, held.lease_run, held.lease_id,
        of_writer, clock_timestamp(), of_bytes)
    returning v.version into added;
    if held.managed then
        update stack s set state_version = added, apply_started = true,
            drift_checked_at = case when of_kind = 'RUN' then s.drift_checked_at end
        where s.tenant_id = of_tenant and s.incarnation = of_incarnation and s.stack = of_stack;
    end if;
end
$$;
