-- An operator asked the run to stop: visible until it ends, and afterwards. Apart from V15, since a
-- migration that changed stacks and runs in one transaction could meet a claim that locks them the
-- other way round.
alter table run
    add column cancel_at     timestamptz,
    add column cancel_by     text,
    add column cancel_reason text;
