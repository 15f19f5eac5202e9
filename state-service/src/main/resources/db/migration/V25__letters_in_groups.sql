-- What letters are counted and chosen by, and what became of them after a replay. Null in letters from before, and in those of a
-- service of the version before.
alter table dead_letter
    -- Where it failed: intake, plan, apply or run.
    add column stage            text,
    -- What letters of one cause have in common.
    add column fingerprint      text,
    -- name@version, where it is known.
    add column blueprint        text,
    -- Ours, when it failed.
    add column app_version      text,
    add column first_failed_at  timestamptz,
    -- The letter whose replay ended as this one.
    add column came_of          text,
    -- It failed as that one had, in the same version of the blueprint and of ours.
    add column same_again       boolean not null default false,
    -- It came from another system, or from before a restore.
    add column imported_at      timestamptz;
create index dead_letter_open on dead_letter (id) where status = 'OPEN';
create index dead_letter_came_of on dead_letter (came_of) where came_of is not null;
