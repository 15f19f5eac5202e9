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
