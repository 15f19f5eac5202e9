-- A plan that a run made and is about to apply, at most one of each stack: whoever takes the stack over before the apply was
-- entered applies these bytes instead of planning again. Sealed with the life's key; what it is bound to is in the clear.
create table stack_plan (
    tenant_id     text not null,
    incarnation   int not null,
    stack         text not null,
    run_id        text not null,
    kind          text not null,
    mode          text not null,
    generation    bigint not null,
    revision      bigint not null,
    state_version bigint not null,
    lineage       text,
    serial        bigint,
    module_digest text not null,
    lock_digest   text not null,
    tofu_version  text not null,
    inputs_mac    text not null,
    made_at       timestamptz not null,
    expires_at    timestamptz not null,
    plan          bytea not null,
    primary key (tenant_id, incarnation, stack)
);
-- They do not get smaller: what is sealed is.
alter table stack_plan alter column plan set storage external;
create index stack_plan_expires on stack_plan (expires_at);

-- Once an apply may have begun no plan from before it is applied: it goes in the moment in which a run of its stack enters one. It
-- is here and not in the service so that an older replica, which knows nothing of plans, lets none stand during an upgrade.
create function plan_goes_when_applied() returns trigger language plpgsql as $$
begin
    delete from stack_plan
    where tenant_id = new.tenant_id and incarnation = new.incarnation and stack = new.stack;
    return null;
end $$;
create trigger plan_goes_when_applied after update of phase on run
    for each row when (new.phase = 'APPLYING') execute function plan_goes_when_applied();
