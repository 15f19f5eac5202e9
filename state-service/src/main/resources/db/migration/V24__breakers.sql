-- Breakers: what many tenants fail at alike is tried by one run at a time, and the others wait without spending anything.

-- The bindings that the run was given, as its worker told; null where none told.
alter table run add column credentials text;

-- Failures that speak of something tenants share. Kept for as long as they count.
create table breaker_failure (
    run_id         text primary key,
    -- PROVIDER or MODULE, and which one: what must be the same for failures to be alike.
    kind           text not null,
    key            text not null,
    tenant_id      text not null,
    module_digest  text not null,
    failed_at      timestamptz not null
);
create index breaker_failure_alike on breaker_failure (kind, key, failed_at);
create index breaker_failure_old on breaker_failure (failed_at);

-- One that opened. There is no row of one that never did.
create table breaker (
    breaker_id        text primary key,
    kind              text not null check (kind in ('PROVIDER', 'MODULE')),
    key               text not null,
    phase             text not null check (phase in ('OPEN', 'HALF_OPEN', 'CLOSED')),
    -- What was seen: the code and the run of the failure that opened it, or opened it again.
    code              text not null,
    seen_run          text not null,
    failures          int not null,
    tenants           int not null,
    -- Of kind PROVIDER; the region is the tenants', empty where they have none.
    provider          text not null,
    credentials       text not null,
    region            text not null,
    -- Of kind MODULE: the kind of run, and the failure without what differs from tenant to tenant.
    run_kind          text not null,
    fingerprint       text not null,
    -- Digests of the modules that failed so, with commas between: whose stacks it covers.
    modules           text not null,
    opened_at         timestamptz not null,
    -- From when on one run may try.
    open_until        timestamptz not null,
    wait_millis       bigint not null,
    probe_tenant      text,
    probe_incarnation int,
    probe_stack       text,
    probe_since       timestamptz,
    closed_at         timestamptz,
    closed_by         text,
    closed_reason     text
);
create unique index breaker_alike on breaker (kind, key) where phase <> 'CLOSED';
create index breaker_closed on breaker (closed_at) where phase = 'CLOSED';
