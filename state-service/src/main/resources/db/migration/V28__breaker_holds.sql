-- Stacks that a breaker holds have hold_code BREAKER and its id in hold_by; letting them go finds them by it.
create index stack_held_by_breaker on stack (hold_by) where hold_code = 'BREAKER';

-- A breaker holds a revision: what is wanted now may be made of something else. It is here so that no code path can forget it;
-- its name puts it before the trigger by which a stack takes its turn.
create function stack_leaves_its_breaker() returns trigger language plpgsql as $$
begin
    new.hold_code := null;
    new.hold_by := null;
    new.hold_reason := null;
    new.hold_since := null;
    return new;
end $$;
create trigger stack_leaves_its_breaker before update of revision on stack
    for each row when (new.revision <> old.revision and old.hold_code = 'BREAKER' and new.hold_code = 'BREAKER')
    execute function stack_leaves_its_breaker();

-- A service of the version before takes a breaker's hold for a person's and plans the stack as not due; nobody would plan it again
-- when it is let go.
create function stack_stays_due() returns trigger language plpgsql as $$
begin
    new.due := true;
    new.due_since := old.due_since;
    return new;
end $$;
create trigger stack_stays_due before update of due on stack
    for each row when (old.hold_code = 'BREAKER' and new.hold_code = 'BREAKER' and old.due and not new.due
        and old.lease_id is null and new.lease_id is null and new.revision = old.revision
        and new.waiting_code is null and not new.destroyed
        and new.applied_revision <> new.revision and new.failed_revision <> new.revision)
    execute function stack_stays_due();
