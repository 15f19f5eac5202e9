-- What people do with state versions: copy one onto the top, hide, bring back, settle an orphan.

alter table state_version
    -- The version that a ROLLBACK or ADOPTED one has its bytes from.
    add column copy_of bigint,
    -- Hidden, and kept for a while: the delete can be undone.
    add column deleted_at timestamptz,
    add column deleted_by text,
    add column deleted_reason text,
    -- An orphan is open until a person settles it.
    add column settled_at timestamptz,
    add column settled_by text,
    add column settled_as text check (settled_as in ('ADOPTED', 'DISMISSED')),
    add column settled_reason text;

-- Few at any time: whether a stack has one is asked before it is destroyed.
create index state_orphan_open on state_version (tenant_id, incarnation, stack, version)
    where kind = 'ORPHAN' and settled_at is null;

-- The lease that an operator took from the run: what comes late under it is still known as the run's.
alter table run add column released_lease text;
