-- Two shards instead of eight: the broker is asked for a transaction per shard and batch, whatever
-- is in it. Since 8 is a multiple of 2, the rest of a tenant's old shard is its new one, and its
-- rows keep their order.

-- No open transaction has a row that the update below would not see. Who drains has its shard
-- before its rows, and so has this, or the two would wait for each other.
lock table outbox_shard in exclusive mode;
lock table outbox in share row exclusive mode;

update outbox set shard = shard % 2 where shard >= 2;

-- A service of the version before still counts to eight while it is being replaced.
create function outbox_two_shards() returns trigger language plpgsql as $$
begin
    new.shard := new.shard % 2;
    return new;
end $$;
create trigger outbox_two_shards before insert on outbox
    for each row when (new.shard >= 2) execute function outbox_two_shards();

-- A publisher may have rows of a shard in hand that is another one now: the broker fences it by its
-- own shard's transactional id only. So whoever has a shard loses it, and nobody gets one until
-- such a publisher's transaction has timed out (15 s). Last, so that the time begins at the commit.
update outbox_shard
set publisher = 'migration 20', boot_id = 'migration 20', lease_id = gen_random_uuid()::text,
    lease_until = clock_timestamp() + interval '20 seconds'
where exists (select 1 from outbox_shard where lease_id is not null);
delete from outbox_shard where shard >= 2;
