-- Runs whose worker was lost with them: what tells a run that ends its workers from a platform that loses them. Kept for a day.
create table lost_run (
    run_id       text primary key,
    tenant_id    text not null,
    incarnation  int not null,
    stack        text not null,
    -- 0 once a replay has let the stack begin anew.
    revision     bigint not null,
    -- When its worker was last heard of.
    beaten_at    timestamptz not null,
    -- It may have been the run's doing: no other was lost apart from it.
    counted      boolean not null
);
create index lost_run_of_stack on lost_run (tenant_id, incarnation, stack, beaten_at);
create index lost_run_at on lost_run (beaten_at);
