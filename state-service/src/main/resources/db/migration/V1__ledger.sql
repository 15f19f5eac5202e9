-- The ledger. Hot rows are narrow, bytes live apart, and every order that matters is assigned under a row lock.

-- Service time. Beaten every two seconds; whoever finds a gap adds it to all live leases in the same transaction.
create table pulse (
    id         smallint primary key default 1 check (id = 1),
    beaten_at  timestamptz not null default clock_timestamp()
);
insert into pulse default values;

-- A worker is a name; its boot is the process that bears it now.
create table worker (
    name           text primary key,
    boot_id        text not null,
    registered_at  timestamptz not null,
    last_seen      timestamptz not null
);

-- ── intake ───────────────────────────────────────────────────────────────────────────────────────────────────

-- Below next_offset every position of the partition has its verdict.
create table intake_watermark (
    topic              text not null,
    partition_no       int not null,
    next_offset        bigint not null,
    -- How often the record at delivered_offset was handed in before it got a verdict; the third time it is poison.
    delivered_offset   bigint not null default -1,
    deliveries         int not null default 0,
    primary key (topic, partition_no)
);

-- One life (incarnation) of a tenant: what is wanted now.
create table life (
    tenant_id            text not null,
    incarnation          int not null,
    generation           bigint not null,
    spec_hash            text not null,
    lifecycle            text not null check (lifecycle in ('active', 'suspended', 'deleted')),
    -- The spec as published; null for a delete of a tenant never seen.
    spec                 jsonb,
    blueprint_name       text,
    blueprint_version    text,
    observed_generation  bigint not null default 0,
    attempted_generation bigint not null default 0,
    -- What a delete says otherwise than the spec it ends.
    delete_policy        jsonb,
    -- Why nothing of this life can start now (PREVIOUS_INCARNATION, BLUEPRINT_UNKNOWN); null when nothing stands in the way.
    waiting_code         text,
    waiting_reason       text,
    waiting_since        timestamptz,
    -- Operators were told that it waits for long.
    alarmed_at           timestamptz,
    accepted_at          timestamptz not null,
    -- Set when a deleted life has nothing left.
    gone_at              timestamptz,
    event_id             text,
    traceparent          text,
    source_topic         text,
    source_partition     int,
    source_offset        bigint,
    -- Numbers the run.status events that concern the tenant as a whole.
    status_seq           bigint not null default 0,
    primary key (tenant_id, incarnation)
);
create index life_waiting on life (waiting_since) where waiting_code is not null;

-- generation → spec hash of a life, so that an event sent again is recognised.
create table life_generation (
    tenant_id    text not null,
    incarnation  int not null,
    generation   bigint not null,
    spec_hash    text not null,
    primary key (tenant_id, incarnation, generation)
);

-- Every record that got a verdict, with what became of it.
create table tenant_event (
    id            bigint generated always as identity primary key,
    tenant_id     text,
    incarnation   int,
    generation    bigint,
    topic         text not null,
    partition_no  int not null,
    offset_no     bigint not null,
    event_id      text,
    event_type    text,
    received_at   timestamptz not null,
    disposition   text not null,
    code          text,
    reason        text,
    unique (topic, partition_no, offset_no)
);
create index tenant_event_by_tenant on tenant_event (tenant_id, id);
create index tenant_event_open on tenant_event (tenant_id, incarnation, generation)
    where disposition in ('PENDING', 'FAILED');

-- The record of an accepted event that waits for its blueprint, for the dead letter it may become.
create table life_waiting_record (
    tenant_id    text not null,
    incarnation  int not null,
    generation   bigint not null,
    event_id     text,
    event_type   text,
    -- The record as JSON, sealed.
    raw          bytea not null,
    primary key (tenant_id, incarnation)
);

-- ── blueprints ───────────────────────────────────────────────────────────────────────────────────────────────

create table blueprint (
    name           text not null,
    version        text not null,
    digest         text not null,
    yaml           text not null,
    -- module dir → archive digest
    modules        jsonb not null,
    registered_at  timestamptz not null,
    registered_by  text not null,
    primary key (name, version)
);

create table module_archive (
    digest     text primary key,
    tar_gz     bytea not null,
    stored_at  timestamptz not null
);

-- ── stacks: the work queue ───────────────────────────────────────────────────────────────────────────────────

-- One row per stack. What a heartbeat writes is not indexed.
create table stack (
    tenant_id             text not null,
    incarnation           int not null,
    stack                 text not null,
    -- false: it is to be destroyed, with what was applied
    wanted                boolean not null,
    -- Moves only when the input hash changes (or wanted does, or a retry or replay asks for a new attempt).
    revision              bigint not null default 0,
    input_hash            text not null default '',
    generation            bigint not null default 0,
    blueprint_name        text not null,
    blueprint_version     text not null,
    applied_revision      bigint not null default 0,
    applied_generation    bigint not null default 0,
    -- The stack is gone: destroyed, or never built.
    destroyed             boolean not null default false,
    -- An apply was started once; from then on plan and apply are two steps.
    apply_started         boolean not null default false,
    -- The claim's only question. Kept by the planner and the run's transitions.
    due                   boolean not null default false,
    due_since             timestamptz,
    not_before            timestamptz,
    -- Why it does not run though it is not at its revision: DEPENDENCY_NOT_READY, PREVIOUS_INCARNATION, …
    waiting_code          text,
    waiting_reason        text,
    hold_code             text,
    hold_by               text,
    hold_reason           text,
    hold_until            timestamptz,
    attempts              int not null default 0,
    -- How often in a row a plan was dropped for a newer revision.
    replans               int not null default 0,
    failed_revision       bigint not null default 0,
    failed_code           text,
    failed_message        text,
    -- The lease. lease_id is the fence.
    lease_id              text,
    lease_epoch           bigint not null default 0,
    lease_until           timestamptz,
    lease_beaten_at       timestamptz,
    lease_since           timestamptz,
    lease_worker          text,
    lease_boot            text,
    lease_request         text,
    lease_run             text,
    lease_phase           text,
    state_version         bigint not null default 0,
    status_seq            bigint not null default 0,
    -- Numbers the outputs and drift records of the stack.
    outputs_seq           bigint not null default 0,
    drift_seq             bigint not null default 0,
    last_run              text,
    changed_at            timestamptz not null,
    -- Drift: the oldest checked goes next.
    drift_checked_at      timestamptz,
    drift_run             text,
    drift_run_until       timestamptz,
    drift_failures        int not null default 0,
    primary key (tenant_id, incarnation, stack)
) with (fillfactor = 70);
create index stack_due on stack (due_since) where due;
create index stack_drift on stack (drift_checked_at nulls first) where wanted and applied_revision > 0;
create index stack_leased on stack (lease_worker) where lease_id is not null;

-- What a stack's revision is made of; cold, and read once per run.
create table stack_revision (
    tenant_id       text not null,
    incarnation     int not null,
    stack           text not null,
    revision        bigint not null,
    wanted          boolean not null,
    input_hash      text not null,
    generation      bigint not null,
    module_digest   text not null,
    -- Resolved inputs (JSON), sealed.
    inputs          bytea not null,
    endpoints       jsonb not null,
    outputs_allowed jsonb not null,
    policy          jsonb not null,
    timeout_millis  bigint not null,
    created_at      timestamptz not null,
    primary key (tenant_id, incarnation, stack, revision)
);

-- What was applied last: destroy and drift use this, never the newest.
create table stack_applied (
    tenant_id         text not null,
    incarnation       int not null,
    stack             text not null,
    revision          bigint not null,
    generation        bigint not null,
    module_digest     text not null,
    inputs            bytea not null,
    endpoints         jsonb not null,
    outputs_allowed   jsonb not null,
    policy            jsonb not null,
    timeout_millis    bigint not null,
    blueprint_name    text not null,
    blueprint_version text not null,
    tofu_version      text not null,
    provider_lock     text,
    run_id            text not null,
    state_version     bigint not null,
    -- Outputs as they stand on the compacted topic, and their hash.
    outputs_hash      text,
    -- The allowed outputs as published, sensitive ones as references.
    outputs           jsonb,
    outputs_generation bigint not null default 0,
    outputs_ready     boolean not null default false,
    applied_at        timestamptz not null,
    primary key (tenant_id, incarnation, stack)
);

-- ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────────

create table run (
    run_id         text primary key,
    tenant_id      text not null,
    incarnation    int not null,
    stack          text not null,
    kind           text not null,
    phase          text not null,
    result         text,
    generation     bigint not null,
    revision       bigint not null,
    attempt        int not null,
    blueprint_name    text not null,
    blueprint_version text not null,
    worker         text not null,
    lease_id       text,
    lease_epoch    bigint,
    -- Handed out to be applied without a saved plan.
    direct         boolean not null default false,
    state_version  bigint not null,
    add_count      int not null default 0,
    change_count   int not null default 0,
    destroy_count  int not null default 0,
    code           text,
    message        text,
    retryable      boolean,
    traceparent    text,
    started_at     timestamptz not null,
    finished_at    timestamptz
);
create index run_by_stack on run (tenant_id, incarnation, stack, started_at);
create index run_newest on run (started_at);

create table run_log (
    run_id   text not null,
    seq      bigint not null,
    at       timestamptz not null,
    type     text not null,
    -- The line, sealed.
    line     bytea not null,
    primary key (run_id, seq)
);

-- ── states ───────────────────────────────────────────────────────────────────────────────────────────────────

-- Every version is kept. Bytes are compressed, then sealed. Equal serials are legal, so the order is our own number.
create table state_version (
    tenant_id    text not null,
    incarnation  int not null,
    stack        text not null,
    version      bigint not null,
    lineage      text not null,
    serial       bigint not null,
    md5          text not null,
    size         bigint not null,
    -- SEED, RUN, PERSON: the stack's history. ORPHAN: written without the right to; kept, shown, never served.
    kind         text not null,
    reason       text,
    run_id       text,
    lease_id     text,
    written_by   text not null,
    written_at   timestamptz not null,
    bytes        bytea not null,
    primary key (tenant_id, incarnation, stack, version)
);
alter table state_version alter column bytes set storage external;

-- A person's lock (the claim is a run's). The document is given back to whoever finds the stack held.
create table state_lock (
    tenant_id    text not null,
    incarnation  int not null,
    stack        text not null,
    lock_id      text not null,
    info         text not null,
    holder       text not null,
    since        timestamptz not null,
    primary key (tenant_id, incarnation, stack)
);

-- ── outbox ───────────────────────────────────────────────────────────────────────────────────────────────────

create table outbox (
    id            bigint generated always as identity primary key,
    shard         smallint not null,
    topic         text not null,
    key           bytea,
    headers       jsonb not null,
    value         bytea,
    created_at    timestamptz not null,
    not_before    timestamptz
);
create index outbox_ready on outbox (shard, id) where not_before is null;
-- Delayed rows lie apart, so that thousands of them cost a poll nothing.
create index outbox_delayed on outbox (shard, not_before) where not_before is not null;
create index outbox_delayed_key on outbox (topic, key) where not_before is not null;

create table outbox_shard (
    shard        smallint primary key,
    publisher    text,
    boot_id      text,
    lease_id     text,
    lease_until  timestamptz
);
insert into outbox_shard (shard) select generate_series(0, 7);

-- ── drift ────────────────────────────────────────────────────────────────────────────────────────────────────

create table drift (
    tenant_id    text not null,
    incarnation  int not null,
    stack        text not null,
    drift_id     text not null,
    fingerprint  text not null,
    changes      jsonb not null,
    first_seen   timestamptz not null,
    last_seen    timestamptz not null,
    checks       bigint not null,
    primary key (tenant_id, incarnation, stack)
);

-- ── dead letters ─────────────────────────────────────────────────────────────────────────────────────────────

create table dead_letter (
    id            text primary key,
    kind          text not null check (kind in ('EVENT', 'RUN')),
    status        text not null check (status in ('OPEN', 'REPLAYED', 'SUPERSEDED', 'DISCARDED')),
    tenant_id     text,
    incarnation   int,
    stack         text,
    generation    bigint,
    revision      bigint,
    run_id        text,
    topic         text,
    partition_no  int,
    offset_no     bigint,
    event_id      text,
    event_type    text,
    code          text not null,
    reason        text not null,
    -- key, value and headers exactly as they came, sealed; null when only the origin may be kept
    raw           bytea,
    -- a corrected copy, sealed
    edited        bytea,
    replays       int not null default 0,
    at            timestamptz not null,
    closed_at     timestamptz
);
create index dead_letter_newest on dead_letter (at);
create index dead_letter_open_run on dead_letter (tenant_id, incarnation, stack) where status = 'OPEN' and kind = 'RUN';

-- Each replay id is issued here and honoured once.
create table replay (
    replay_id       text primary key,
    dead_letter_id  text not null references dead_letter (id),
    issued_at       timestamptz not null,
    honoured_at     timestamptz
);

-- ── audit ────────────────────────────────────────────────────────────────────────────────────────────────────

-- Append-only.
create table audit (
    id      bigint generated always as identity primary key,
    at      timestamptz not null,
    actor   text not null,
    action  text not null,
    subject text not null,
    reason  text
);
