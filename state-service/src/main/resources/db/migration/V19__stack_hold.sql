-- Locks a stack until the transaction ends and says who holds it and which state is served: what every write of a state begins
-- with, in one round trip. The stack's row is the lock; a stack that has no row yet is locked by its name. Each statement in here
-- sees what was committed before it began, and so none reads what was there before the lock was waited for.
create function stack_hold(
    of_tenant text, of_incarnation int, of_stack text,
    out managed boolean,
    out lease_id text, out lease_run text, out lease_worker text, out lease_since timestamptz,
    out lock_id text, out lock_info text, out lock_holder text, out lock_since timestamptz,
    out head_version bigint, out head_lineage text, out head_serial bigint, out head_md5 text)
language plpgsql volatile as $$
#variable_conflict use_column
begin
    loop
        select true, s.lease_id, s.lease_run, s.lease_worker, s.lease_since
        into managed, lease_id, lease_run, lease_worker, lease_since
        from stack s
        where s.tenant_id = of_tenant and s.incarnation = of_incarnation and s.stack = of_stack
        for update;
        exit when found;
        perform pg_advisory_xact_lock(
            hashtextextended('stack:' || of_tenant || '/' || of_incarnation || '/' || of_stack, 0));
        -- One that got its row while its name was waited for is held by that row after all.
        managed := false;
        exit when not exists (select 1 from stack s
            where s.tenant_id = of_tenant and s.incarnation = of_incarnation and s.stack = of_stack);
    end loop;
    select l.lock_id, l.info, l.holder, l.since into lock_id, lock_info, lock_holder, lock_since
    from state_lock l
    where l.tenant_id = of_tenant and l.incarnation = of_incarnation and l.stack = of_stack;
    select v.version, v.lineage, v.serial, v.md5 into head_version, head_lineage, head_serial, head_md5
    from state_version v
    where v.tenant_id = of_tenant and v.incarnation = of_incarnation and v.stack = of_stack
      and v.kind <> 'ORPHAN' and v.deleted_at is null
    order by v.version desc limit 1;
end
$$;
