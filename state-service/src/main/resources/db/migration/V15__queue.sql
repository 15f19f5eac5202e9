-- Whose turn it is to get a worker, how many may have one at once, and what people said must not run.

-- ── holds and cancels ────────────────────────────────────────────────────────────────────────────────────────

-- A hold on a whole life: stacks that come into being under it are born with it.
alter table life
    add column hold_code   text,
    add column hold_by     text,
    add column hold_reason text,
    add column hold_since  timestamptz,
    add column hold_until  timestamptz;
create index life_hold_ends on life (hold_until) where hold_until is not null;
alter table stack add column hold_since timestamptz;
create index stack_hold_ends on stack (hold_until) where hold_until is not null;

create function stack_is_born_held() returns trigger language plpgsql as $$
begin
    select hold_code, hold_by, hold_reason, hold_since, hold_until
    into new.hold_code, new.hold_by, new.hold_reason, new.hold_since, new.hold_until
    from life
    where tenant_id = new.tenant_id and incarnation = new.incarnation
      and hold_code is not null and (hold_until is null or hold_until > clock_timestamp());
    return new;
end $$;
create trigger a_stack_is_born_held before insert on stack
    for each row when (new.hold_code is null) execute function stack_is_born_held();

-- ── caps ─────────────────────────────────────────────────────────────────────────────────────────────────────

-- At most so many runs at work of those that a cap speaks of: they share a credential, or a blueprint.
create table cap (
    name       text primary key,
    most       int not null check (most >= 0),
    -- As bindings name runs: * stands for any run of characters, null for all.
    tenants    text not null default '*',
    blueprint  text,
    stack      text,
    set_by     text not null,
    set_at     timestamptz not null
);

-- The names of the caps that speak of a stack, in order, with commas between; empty when none does.
create function caps_of(tenant text, of_blueprint text, of_stack text) returns text language sql stable as $$
    select coalesce(string_agg(c.name, ',' order by c.name), '') from cap c
    where tenant like replace(replace(replace(replace(c.tenants, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')
      and (c.blueprint is null or c.blueprint = of_blueprint)
      and (c.stack is null or c.stack = of_stack)
$$;

-- ── turns ────────────────────────────────────────────────────────────────────────────────────────────────────

-- A stack that could run now is found through its life's turn: the life whose turn_at is smallest goes next. turn_at is when the
-- life was served last, or ten minutes before its work fell due, whichever is later: so a tenant with a hundred due stacks goes
-- behind everybody else after each of them, but not behind what falls due more than ten minutes later (aging).
-- Stacks that other caps speak of queue apart, so that a cap that is reached costs the claim nothing.
create table turn (
    tenant_id    text not null,
    incarnation  int not null,
    caps         text not null,
    queued       boolean not null,
    turn_at      timestamptz not null,
    served_at    timestamptz,
    primary key (tenant_id, incarnation, caps)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
-- The claim's walk: only lives with a stack that could run.
create index turn_next on turn (caps, turn_at) where queued;

alter table stack add column caps text not null default '';

-- Whether nothing but a person's lock stands between a stack and its run.
create function could_run(s stack) returns boolean language sql as $$
    select s.due and s.lease_id is null and s.waiting_code is null
        and (s.hold_code is null or s.hold_until <= clock_timestamp())
        and (s.not_before is null or s.not_before <= clock_timestamp())
$$;

-- Puts a life into the queue. Locks its turn: after the life and the stack, never before.
create function take_turn(s stack) returns void language sql as $$
    insert into turn as t (tenant_id, incarnation, caps, queued, turn_at, served_at)
    select s.tenant_id, s.incarnation, s.caps, true, greatest(served.at, fell.due), served.at
    from (select coalesce(s.due_since, clock_timestamp()) - interval '10 minutes' as due) fell,
         (select max(served_at) as at from turn where tenant_id = s.tenant_id and incarnation = s.incarnation) served
    on conflict (tenant_id, incarnation, caps) do update set
        queued = true,
        turn_at = case when t.queued then least(t.turn_at, greatest(t.served_at, excluded.turn_at))
            else greatest(t.served_at, excluded.turn_at) end
$$;

-- Whatever makes a stack one that could run, in whatever version of the service, queues its life. It is here and not in the
-- service so that no code path, and no older replica during an upgrade, can make a stack due that nobody would ever find.
create function stack_takes_its_turn() returns trigger language plpgsql as $$
begin
    if new.not_before <= clock_timestamp() then
        new.not_before := null;
    end if;
    new.caps := caps_of(new.tenant_id, new.blueprint_name, new.stack);
    if could_run(new)
        -- Queued already, unless something stood in its way before.
        and (tg_op = 'INSERT' or new.caps <> old.caps or new.due_since is distinct from old.due_since
            or not (old.due and old.lease_id is null and old.waiting_code is null
                and old.hold_code is null and old.not_before is null))
    then
        perform take_turn(new);
    end if;
    return new;
end $$;
create trigger stack_takes_its_turn
    before insert or update of due, due_since, waiting_code, hold_code, hold_until, not_before, lease_id, blueprint_name, caps
    on stack for each row when (new.due and new.lease_id is null and new.waiting_code is null)
    execute function stack_takes_its_turn();

-- A stack whose state a person had locked was passed over; now it is looked for again.
create function unlocked_stack_takes_its_turn() returns trigger language plpgsql as $$
begin
    perform take_turn(s) from stack s
    where s.tenant_id = old.tenant_id and s.incarnation = old.incarnation and s.stack = old.stack and could_run(s);
    return null;
end $$;
create trigger unlocked_stack_takes_its_turn after delete on state_lock
    for each row execute function unlocked_stack_takes_its_turn();

insert into turn (tenant_id, incarnation, caps, queued, turn_at)
select tenant_id, incarnation, '', true, min(coalesce(due_since, changed_at)) - interval '10 minutes'
from stack where due and lease_id is null group by tenant_id, incarnation;

-- The claim finds due stacks by their life's turn and the primary key.
drop index stack_due;
-- What waits for its next try: looked at every second, and small.
create index stack_not_before on stack (not_before) where not_before is not null;

-- ── drift ────────────────────────────────────────────────────────────────────────────────────────────────────

-- Only what could be checked now, never checked first.
drop index stack_drift;
create index stack_drift on stack (coalesce(drift_checked_at, timestamptz '-infinity'))
    where wanted and applied_revision > 0 and applied_revision = revision and not due and not destroyed;

-- ── heartbeats ───────────────────────────────────────────────────────────────────────────────────────────────

-- Rows of runs at work are written every few seconds. No index has what a heartbeat writes, each page has room for the new
-- versions of its rows, and what claims and outcomes leave behind is cleared away while it is little.
alter table stack set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
