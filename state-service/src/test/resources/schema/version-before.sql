delete from drift where tenant_id = $1 and incarnation = $2 and stack = $3
;
delete from held_event where event_row = $1
;
delete from life where tenant_id = $1 and incarnation = $2
;
delete from life_generation where tenant_id = $1 and incarnation = $2
;
delete from life_waiting_record
where tenant_id = $1 and incarnation = $2
;
delete from outbox where shard = $1
and id = any (cast(string_to_array($2, ',') as bigint[]))
;
delete from state_lock where tenant_id = $1 and incarnation = $2 and stack = $3 and lock_id = $4
;
delete from state_version where tenant_id = $1 and incarnation = $2 and stack = $3 and version = any(cast(string_to_array($4, ',') as bigint[]))
;
insert into audit (action,actor,at,outcome,reason,request_id,role,subject,tenant_id) values ($1,$2,$3,$4,$5,$6,$7,$8,$9) returning id
;
insert into blueprint (name, version, digest, yaml, modules, registered_at, registered_by)
values ($1, $2, $3, $4, cast(cast($5 as text) as jsonb), clock_timestamp(), $6)
on conflict (name, version) do nothing
;
insert into data_key (owner, key_id, wrapped, mac_key, master_key_id, created_at, wrapped_at)
values ($1, $2, $3, $4, $5, clock_timestamp(), clock_timestamp())
on conflict (owner) do nothing
;
insert into dead_letter (id, kind, status, tenant_id, incarnation, generation, topic,
    topic_id, partition_no, offset_no, event_id, event_type, code, reason, raw, replays,
    place_topic_id, place_partition, place_offset, at)
values ($1, 'EVENT', 'OPEN', cast($2 as text), cast($3 as int),
    cast($4 as bigint), $5, $6, $7, $8,
    cast($9 as text), cast($10 as text), $11, $12, cast($13 as bytea), $14,
    cast($15 as text), cast($16 as int), cast($17 as bigint),
    clock_timestamp())
;
insert into dead_letter (id, kind, status, tenant_id, incarnation, stack, generation,
    revision, run_id, code, reason, replays, at)
values ($1, 'RUN', 'OPEN', $2, $3, $4, $5, $6, $7,
    $8, $9, $10, clock_timestamp())
;
insert into drift (tenant_id, incarnation, stack, drift_id, fingerprint, changes,
    first_seen, last_seen, checks)
values ($1, $2, $3, $4, $5, cast(cast($6 as text) as json),
    clock_timestamp(), clock_timestamp(), 1)
;
insert into held_event (event_row, tenant_id, topic, place_topic_id, place_partition,
    place_offset, reading, item, held_at)
values ($1, $2, $3, $4, $5, $6, $7, $8,
    clock_timestamp())
on conflict (event_row) do nothing
;
insert into key_rotation (rotation_id, master_key_id, asked_by, reason, asked_at)
values ($1, $2, $3, $4, clock_timestamp())
;
insert into life (tenant_id, incarnation, generation, spec_hash, lifecycle, spec,
    delete_policy, blueprint_name, blueprint_version, accepted_at, event_id,
    traceparent, source_topic, source_topic_id, source_partition, source_offset)
values ($1, $2, $3, $4, $5, cast(cast($6 as text) as jsonb),
    cast(cast($7 as text) as jsonb), cast($8 as text), cast($9 as text),
    clock_timestamp(), $10, cast($11 as text), $12, $13, $14, $15)
on conflict (tenant_id, incarnation) do nothing
;
insert into life_generation (tenant_id, incarnation, generation, spec_hash)
values ($1, $2, $3, $4) on conflict do nothing
;
insert into life_waiting_record
    (tenant_id, incarnation, generation, event_id, event_type, raw)
values ($1, $2, $3, $4, $5, $6)
on conflict (tenant_id, incarnation) do update set generation = excluded.generation,
    event_id = excluded.event_id, event_type = excluded.event_type, raw = excluded.raw
;
insert into module_archive (digest, tar_gz, stored_at)
values ($1, $2, clock_timestamp())
on conflict (digest) do nothing
;
insert into replay (replay_id, dead_letter_id, issued_at)
values ($1, $2, clock_timestamp())
;
insert into run_log (run_id, seq, at, type, line)
select $1, l.seq, to_timestamp(l.at / 1000.0), l.type, decode(l.line, 'base64')
from jsonb_to_recordset(cast(cast($2 as text) as jsonb))
    as l (seq bigint, at bigint, type text, line text)
on conflict do nothing
;
insert into source_partition as w
    (topic, topic_id, partition_no, next_offset, delivered_offset, deliveries)
values ($1, $2, $3, 0, $4, 1)
on conflict (topic, topic_id, partition_no) do update set
    deliveries = case when w.delivered_offset = $5
        then greatest(w.deliveries - $6, 0) + 1 else 1 end,
    delivered_offset = $7
where w.next_offset <= $8 and w.next_offset >= $9
returning next_offset, deliveries
;
insert into source_partition as w (topic, topic_id, partition_no, next_offset)
values ($1, $2, $3, 0)
on conflict (topic, topic_id, partition_no)
    do update set next_offset = w.next_offset
returning next_offset, rewinds
;
insert into source_topic as t
    (topic, topic_id, ordinal, partitions, told_partitions, first_seen)
select $1, $2,
    case when exists (select 1 from source_topic where topic = $3)
        then null else 1 end,
    $4, $5, clock_timestamp()
on conflict (topic, topic_id) do update set
    partitions = case when t.partitions = 0 then $6 else t.partitions end,
    told_partitions = greatest(t.told_partitions, $7)
returning coalesce(ordinal, 0)
;
insert into stack (tenant_id, incarnation, stack, wanted, revision, input_hash,
    generation, blueprint_name, blueprint_version, applied_generation, destroyed,
    due, due_since, waiting_code, waiting_reason, changed_at)
values ($1, $2, $3, $4, $5, $6, $7,
    $8, $9, $10, $11, $12,
    case when $13 then clock_timestamp() end,
    cast($14 as text), cast($15 as text), clock_timestamp())
;
insert into stack_applied (tenant_id, incarnation, stack, revision, generation,
    module_digest, inputs, endpoints, outputs_allowed, policy, timeout_millis,
    blueprint_name, blueprint_version, tofu_version, run_id, state_version, applied_at)
select s.tenant_id, s.incarnation, s.stack, v.revision, s.applied_generation,
    v.module_digest, v.inputs, v.endpoints, v.outputs_allowed, v.policy, v.timeout_millis,
    r.blueprint_name, r.blueprint_version, $1, r.run_id, s.state_version,
    clock_timestamp()
from run r
join stack s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation
    and s.stack = r.stack
join stack_revision v on v.tenant_id = r.tenant_id and v.incarnation = r.incarnation
    and v.stack = r.stack and v.revision = r.revision
where r.run_id = $2
on conflict (tenant_id, incarnation, stack) do update set
    revision = excluded.revision, generation = excluded.generation,
    module_digest = excluded.module_digest, inputs = excluded.inputs,
    endpoints = excluded.endpoints, outputs_allowed = excluded.outputs_allowed,
    policy = excluded.policy, timeout_millis = excluded.timeout_millis,
    blueprint_name = excluded.blueprint_name,
    blueprint_version = excluded.blueprint_version,
    tofu_version = excluded.tofu_version, run_id = excluded.run_id,
    state_version = excluded.state_version, applied_at = excluded.applied_at
;
insert into stack_revision (tenant_id, incarnation, stack, revision, wanted,
    input_hash, generation, module_digest, inputs, endpoints, outputs_allowed,
    policy, timeout_millis, created_at)
select tenant_id, incarnation, stack, $1, false, '', $2,
    module_digest, inputs, endpoints, outputs_allowed, policy, timeout_millis,
    clock_timestamp()
from stack_revision
 where tenant_id = $3 and incarnation = $4 and stack = $5 order by revision desc limit 1
;
insert into stack_revision (tenant_id, incarnation, stack, revision, wanted,
    input_hash, generation, module_digest, inputs, endpoints, outputs_allowed,
    policy, timeout_millis, created_at)
values ($1, $2, $3, $4, true, $5, $6,
    $7, $8, cast(cast($9 as text) as jsonb), cast(cast($10 as text) as jsonb),
    cast(cast($11 as text) as jsonb), $12, clock_timestamp())
;
insert into state_lock (tenant_id, incarnation, stack, lock_id, info, holder, since)
values ($1, $2, $3, $4, $5, $6, clock_timestamp())
;
insert into tenant_event (tenant_id, incarnation, generation, topic, topic_id, partition_no,
    offset_no, reading, event_id, event_type, received_at, disposition, code, reason)
values (cast($1 as text), cast($2 as int), cast($3 as bigint), $4,
    $5, $6, $7, $8, cast($9 as text), cast($10 as text),
    clock_timestamp(), $11, cast($12 as text), cast($13 as text))
returning id
;
insert into worker (name, boot_id, registered_at, last_seen)
values ($1, $2, clock_timestamp(), clock_timestamp())
on conflict (name) do update set
    boot_id = excluded.boot_id,
    registered_at = case when worker.boot_id = excluded.boot_id
        then worker.registered_at else excluded.registered_at end,
    last_seen = excluded.last_seen
;
select (select count(*) from state_version t where substring(t.bytes from 1 for 1) = '\x01' ) + (select count(*) from stack_revision t where substring(t.inputs from 1 for 1) = '\x01' ) + (select count(*) from stack_applied t where substring(t.inputs from 1 for 1) = '\x01' ) + (select count(*) from life_waiting_record t where substring(t.raw from 1 for 1) = '\x01' ) + (select count(*) from run_log t join run r on r.run_id = t.run_id where substring(t.line from 1 for 1) = '\x01' ) + (select count(*) from dead_letter t where substring(t.raw from 1 for 1) = '\x01' ) + (select count(*) from dead_letter t where substring(t.edited from 1 for 1) = '\x01' ) + (select count(*) from held_event t cross join (select cast(null as int) as incarnation) life where substring(t.item from 1 for 1) = '\x01' )
;
select (select count(*) from state_version where tenant_id = $1
        and incarnation = $2) as state_versions,
    (select count(*) from stack_revision where tenant_id = $3
        and incarnation = $4)
    + (select count(*) from stack_applied where tenant_id = $5
        and incarnation = $6) as inputs,
    (select count(*) from run r join run_log g on g.run_id = r.run_id
     where r.tenant_id = $7 and r.incarnation = $8) as log_lines,
    (select count(*) from dead_letter where tenant_id = $9
        and incarnation = $10
        and (substring(raw from 1 for 1) = '\x02'
            or substring(edited from 1 for 1) = '\x02')) as dead_letters
;
select * from (
    select s.tenant_id, s.incarnation, s.stack, 'LEASE' as holder, s.lease_run as id,
           s.lease_worker as who, s.lease_run as run_id, s.lease_epoch as epoch,
           s.lease_since as since, s.lease_beaten_at as beat,
s.lease_until > case
    when p.beaten_at < clock_timestamp() - cast($1 as bigint) * interval '1 millisecond'
    then p.beaten_at else clock_timestamp() end
           as alive, s.lease_phase as doing,
           exists (select 1 from run r where r.run_id = s.lease_run
               and r.released_lease is not null) as released
    from stack s cross join pulse p where s.lease_id is not null
    union all
    select tenant_id, incarnation, stack, 'PERSON', lock_id, holder, null, 0, since, null, true,
           info, false
    from state_lock
) held where
 (cast($2 as text) is null or tenant_id = cast($3 as text))
 and (tenant_id, incarnation, stack) > ($4, $5, $6)
order by tenant_id, incarnation, stack limit $7
;
select * from audit where actor = $1 and id < $2 order by id desc limit $3
;
select * from audit where actor = $1 and starts_with(subject, $2) and id < $3 order by id desc limit $4
;
select * from audit where id < $1 order by id desc limit $2
;
select * from audit where starts_with(subject, $1) and id < $2 order by id desc limit $3
;
select * from audit where tenant_id = $1 and action = $2 and id < $3 order by id desc limit $4
;
select * from audit where tenant_id = $1 and actor = $2 and action = $3 and id < $4 order by id desc limit $5
;
select * from audit where tenant_id = $1 and id < $2 order by id desc limit $3
;
select * from audit where tenant_id = $1 and id > $2 and id <= $3 order by id limit $4
;
select a.generation, l.observed_generation, a.run_id, a.state_version,
       coalesce(v.lineage, '') as lineage, coalesce(v.serial, 0) as serial,
       a.blueprint_name, a.blueprint_version,
       cast(a.outputs_allowed as text) as allowed,
       cast(a.outputs as text) as outputs,
       a.outputs_hash, a.outputs_generation, a.outputs_ready
from stack_applied a
join life l on l.tenant_id = a.tenant_id and l.incarnation = a.incarnation
left join state_version v on v.tenant_id = a.tenant_id
    and v.incarnation = a.incarnation and v.stack = a.stack
    and v.version = a.state_version
where a.tenant_id = $1 and a.incarnation = $2 and a.stack = $3
;
select boot_id from worker where name = $1
;
select cast(audit_partitions() as text)
;
select cast(extract(epoch from clock_timestamp() - beaten_at) * 1000 as bigint)
from pulse for update
;
select cast(pg_advisory_xact_lock(hashtextextended($1, 0)) as text) as done
;
select cast(t.ctid as text) as at, r.tenant_id, r.incarnation, 'log:' || t.run_id || '/' || t.seq as context, t.line as sealed from run_log t join run r on r.run_id = t.run_id where  substring(t.line from 1 for 1) = '\x01'  limit 500
;
select cast(t.ctid as text) as at, t.tenant_id, life.incarnation, 'held:' || t.tenant_id || '/' || t.event_row as context, t.item as sealed from held_event t cross join (select cast(null as int) as incarnation) life where  substring(t.item from 1 for 1) = '\x01'  limit 20
;
select cast(t.ctid as text) as at, t.tenant_id, t.incarnation, 'dead-letter:' || t.id as context, t.edited as sealed from dead_letter t where  substring(t.edited from 1 for 1) = '\x01'  limit 20
;
select cast(t.ctid as text) as at, t.tenant_id, t.incarnation, 'dead-letter:' || t.id as context, t.raw as sealed from dead_letter t where  substring(t.raw from 1 for 1) = '\x01'  limit 20
;
select cast(t.ctid as text) as at, t.tenant_id, t.incarnation, 'inputs:' || t.tenant_id || '/' || t.incarnation || '/' || t.stack as context, t.inputs as sealed from stack_applied t where  substring(t.inputs from 1 for 1) = '\x01'  limit 100
;
select cast(t.ctid as text) as at, t.tenant_id, t.incarnation, 'inputs:' || t.tenant_id || '/' || t.incarnation || '/' || t.stack as context, t.inputs as sealed from stack_revision t where  substring(t.inputs from 1 for 1) = '\x01'  limit 100
;
select cast(t.ctid as text) as at, t.tenant_id, t.incarnation, 'state:' || t.tenant_id || '/' || t.incarnation || '/' || t.stack as context, t.bytes as sealed from state_version t where  substring(t.bytes from 1 for 1) = '\x01'  limit 8
;
select cast(t.ctid as text) as at, t.tenant_id, t.incarnation, 'waiting:' || t.tenant_id || '/' || t.incarnation as context, t.raw as sealed from life_waiting_record t where  substring(t.raw from 1 for 1) = '\x01'  limit 100
;
select coalesce((select max(id) from audit), 0) as newest,
       cast(cast(pg_snapshot_xmin(now) as text) as bigint) as oldest_at_work,
       cast(cast(pg_snapshot_xmax(now) as text) as bigint) as next_to_begin
from pg_current_snapshot() as now
;
select coalesce((select max(version) from state_version where
 tenant_id = $1 and incarnation = $2 and stack = $3 and kind <> 'ORPHAN' and run_id = r.run_id), r.state_version)
from run r where r.run_id = $4
;
select coalesce(max(replays), 0) from dead_letter
where kind = 'RUN' and tenant_id = $1 and incarnation = $2
  and stack = $3 and revision = $4
;
select count(*) as found from state_version where tenant_id = $1 and incarnation = $2 and stack = $3 and md5 = $4 and lease_id is not distinct from cast($5 as text)
;
select count(*) from data_key where deleted_at is null and master_key_id <> $1
;
select count(*) from flyway_schema_history where success
;
select count(*) from held_event where tenant_id = $1
;
select count(*) from key_receipt
;
select d.replays, d.topic, coalesce(d.place_topic_id, d.topic_id) as topic_id,
    coalesce(d.place_partition, d.partition_no) as partition_no,
    coalesce(d.place_offset, d.offset_no) as offset_no
from replay p join dead_letter d on d.id = p.dead_letter_id
where p.replay_id = $1
;
select digest from blueprint where name = $1 and version = $2
;
select disposition, code, reason from tenant_event where id = $1
;
select distinct on (tenant_id, incarnation, stack) tenant_id, incarnation, stack, version, lineage, serial, md5, size, kind, run_id, written_by,
 written_at, reason, copy_of, deleted_at, deleted_by, deleted_reason, settled_as, settled_at,
 settled_by, settled_reason
from state_version where kind <> 'ORPHAN' and deleted_at is null and (cast($1 as text) is null or tenant_id = cast($2 as text))
 and (tenant_id, incarnation, stack) > ($3, $4, $5)
order by tenant_id, incarnation, stack, version desc limit $6
;
select distinct stack from state_version
where tenant_id = $1 and incarnation = $2
  and kind = 'ORPHAN' and settled_at is null
;
select distinct tenant_id from held_event where topic = $1 order by tenant_id
;
select event_row, topic, place_topic_id, place_partition, place_offset, reading, item
from held_event where tenant_id = $1 order by event_row limit 1 for update
;
select exists (select 1 from held_event where tenant_id = $1)
;
select exists (select 1 from life where tenant_id = $1
    and incarnation = cast($2 as bigint)
    and generation > cast($3 as bigint))
;
select exists (select 1 from stack where tenant_id = $1
                 and incarnation = $2 and stack = $3) as managed,
       l.lock_id, l.info, l.holder, l.since
from (select 1) one left join state_lock l on tenant_id = $4
    and incarnation = $5 and stack = $6
;
select exists (select 1 from state_version t where (t.tenant_id, t.incarnation) = ($1, $2) and  substring(t.bytes from 1 for 1) = '\x01' ) or exists (select 1 from stack_revision t where (t.tenant_id, t.incarnation) = ($3, $4) and  substring(t.inputs from 1 for 1) = '\x01' ) or exists (select 1 from stack_applied t where (t.tenant_id, t.incarnation) = ($5, $6) and  substring(t.inputs from 1 for 1) = '\x01' ) or exists (select 1 from life_waiting_record t where (t.tenant_id, t.incarnation) = ($7, $8) and  substring(t.raw from 1 for 1) = '\x01' ) or exists (select 1 from run_log t join run r on r.run_id = t.run_id where (r.tenant_id, r.incarnation) = ($9, $10) and  substring(t.line from 1 for 1) = '\x01' ) or exists (select 1 from dead_letter t where (t.tenant_id, t.incarnation) = ($11, $12) and  substring(t.raw from 1 for 1) = '\x01' ) or exists (select 1 from dead_letter t where (t.tenant_id, t.incarnation) = ($13, $14) and  substring(t.edited from 1 for 1) = '\x01' ) or exists (select 1 from held_event t cross join (select cast(null as int) as incarnation) life where (t.tenant_id, life.incarnation) = ($15, $16) and  substring(t.item from 1 for 1) = '\x01' )
;
select generation, observed_generation from life
where tenant_id = $1 and incarnation = $2 for update
;
select h.event_row, h.tenant_id, e.topic, e.topic_id, e.partition_no,
    e.offset_no, e.event_id, e.event_type, e.reason, h.held_at
from held_event h join tenant_event e on e.id = h.event_row
where h.event_row > $1
  and (cast($2 as text) is null or h.tenant_id = cast($3 as text))
order by h.event_row fetch first $4 rows only
;
select honoured_at is not null as seen from replay where replay_id = $1 for update
;
select id, generation from tenant_event
where tenant_id = $1 and incarnation = $2
  and disposition = 'PENDING' and generation is not null
order by id
;
select id, generation, disposition = 'FAILED' as failed from tenant_event
where tenant_id = $1 and incarnation = $2
  and disposition in ('PENDING', 'FAILED') and generation is not null
order by id
;
select id, key_id, tenant_id, incarnation, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, actor, reason, master_key_id, state_versions, inputs, log_lines, dead_letters from key_receipt where id < $1 and (cast($2 as text) is null or tenant_id = cast($3 as text)) order by id desc limit $4
;
select id, kind, status, tenant_id, incarnation, stack, generation, revision, run_id, topic, topic_id,
partition_no, offset_no, event_id, event_type, code, reason, raw, edited, replays,
cast(extract(epoch from at) * 1000 as bigint) as at_millis
 from dead_letter
where (cast($1 as text) is null or status = cast($2 as text))
  and (cast($3 as text) is null or tenant_id = cast($4 as text))
  and (cast($5 as text) is null or id < cast($6 as text))
order by id desc limit $7
;
select id, kind, status, tenant_id, incarnation, stack, generation, revision, run_id, topic, topic_id,
partition_no, offset_no, event_id, event_type, code, reason, raw, edited, replays,
cast(extract(epoch from at) * 1000 as bigint) as at_millis
 from dead_letter where id = $1
;
select id, kind, status, tenant_id, incarnation, stack, generation, revision, run_id, topic, topic_id,
partition_no, offset_no, event_id, event_type, code, reason, raw, edited, replays,
cast(extract(epoch from at) * 1000 as bigint) as at_millis
 from dead_letter where id = $1 for update
;
select id, topic, key, cast(headers as text) as headers, value, sealed
from outbox where topic = $1 order by id
;
select id, topic, topic_id, partition_no, offset_no, event_id, event_type,
    incarnation, generation, disposition, code, reason, received_at
from tenant_event where tenant_id = $1 and id < $2
order by id desc fetch first $3 rows only
;
select incarnation from life
where tenant_id = $1 and incarnation = $2 for update
;
select incarnation from life
where tenant_id = $1 and incarnation > $2 and gone_at is null
order by incarnation limit 1
;
select incarnation, gone_at is not null as gone from life
where tenant_id = $1 order by incarnation
;
select key_id, wrapped, mac_key, master_key_id,
    coalesce(xmin = cast(pg_current_xact_id_if_assigned() as xid), false) as own
from data_key where owner = $1
;
select l.generation, l.observed_generation, l.attempted_generation, l.lifecycle,
    cast(l.spec as text) as spec, cast(l.delete_policy as text) as delete_policy,
    l.blueprint_name, l.blueprint_version, l.gone_at is not null as gone,
    exists (select 1 from life o where o.tenant_id = l.tenant_id
        and o.incarnation < l.incarnation and o.gone_at is null) as previous_alive
from life l
where l.tenant_id = $1 and l.incarnation = $2
for update of l
;
select l.gone_at is not null as gone, d.key_id, d.master_key_id,
    d.deleted_at is not null as deleted,
    (select string_agg(s.stack, ' ' order by s.stack) from stack s
     where s.tenant_id = l.tenant_id and s.incarnation = l.incarnation
       and not s.destroyed) as standing,
    (select string_agg(s.stack, ' ' order by s.stack) from stack s
     where s.tenant_id = l.tenant_id and s.incarnation = l.incarnation
       and s.waiting_code = 'RETAINED') as retained,
    (select string_agg(distinct v.stack, ' ') from state_version v
     where v.tenant_id = l.tenant_id and v.incarnation = l.incarnation
       and not exists (select 1 from stack s where s.tenant_id = v.tenant_id
           and s.incarnation = v.incarnation and s.stack = v.stack)) as unmanaged,
    (select string_agg(k.stack, ' ' order by k.stack) from state_lock k
     where k.tenant_id = l.tenant_id
       and k.incarnation = l.incarnation) as locked,
    (select string_agg(distinct v.stack, ' ') from state_version v
     where v.tenant_id = l.tenant_id and v.incarnation = l.incarnation
       and v.kind = 'ORPHAN' and v.settled_at is null) as orphaned
from life l left join data_key d on d.owner = l.tenant_id || '/' || l.incarnation
where l.tenant_id = $1 and l.incarnation = $2 for update of l
;
select l.incarnation, l.generation, l.spec_hash, l.lifecycle = 'deleted' as deleted,
    exists (select 1 from stack s where s.tenant_id = l.tenant_id
        and s.incarnation = l.incarnation and not s.wanted and not s.destroyed
        and s.failed_revision = s.revision) as destroy_failed,
    (select g.spec_hash from life_generation g where g.tenant_id = l.tenant_id
        and g.incarnation = l.incarnation and g.generation = $1) as hash_then,
    l.source_topic, l.source_partition, l.source_offset,
    (select t.ordinal from source_topic t where t.topic = l.source_topic
        and t.topic_id = l.source_topic_id) as ordinal
from life l where l.tenant_id = $2
order by l.incarnation for update of l
;
select l.seq, cast(extract(epoch from l.at) * 1000 as bigint) as at_millis,
       l.type, l.line, r.tenant_id, r.incarnation
from run_log l join run r on r.run_id = l.run_id
where l.run_id = $1 and l.seq > $2
order by l.seq limit $3
;
select l.tenant_id, l.incarnation from life l
join blueprint b on b.name = l.blueprint_name and b.version = l.blueprint_version
where l.waiting_code = 'BLUEPRINT_UNKNOWN' order by l.waiting_since fetch first $1 rows only
;
select l.tenant_id, l.incarnation from life l
join data_key d on d.owner = l.tenant_id || '/' || l.incarnation and d.deleted_at is null
where l.gone_at < clock_timestamp() - cast($1 as bigint) * interval '1 millisecond'
  and not exists (select 1 from stack s where s.tenant_id = l.tenant_id
      and s.incarnation = l.incarnation
      and (not s.destroyed or s.waiting_code = 'RETAINED'))
  and not exists (select 1 from state_version v where v.tenant_id = l.tenant_id
      and v.incarnation = l.incarnation and (v.kind = 'ORPHAN' and v.settled_at is null
          or not exists (select 1 from stack s where s.tenant_id = v.tenant_id
              and s.incarnation = v.incarnation and s.stack = v.stack)))
order by l.gone_at limit 100
;
select l.tenant_id, l.incarnation from life l
join life_waiting_record r on r.tenant_id = l.tenant_id
    and r.incarnation = l.incarnation and r.generation = l.generation
where l.waiting_code = 'BLUEPRINT_UNKNOWN'
  and l.waiting_since <= clock_timestamp() - cast($1 as bigint) * interval '1 millisecond'
order by l.waiting_since fetch first $2 rows only
;
select l.tenant_id, l.incarnation, l.generation, l.observed_generation, l.lifecycle,
    coalesce(l.blueprint_name, '') as blueprint, coalesce(l.blueprint_version, '') as version,
    l.waiting_code, l.waiting_reason, l.waiting_since, l.gone_at is not null as gone,
    l.accepted_at, l.spec ->> 'name' as name,
    (select count(*) from held_event h where h.tenant_id = l.tenant_id) as held
from life l
where (l.tenant_id, l.incarnation) > ($1, $2)
order by l.tenant_id, l.incarnation fetch first $3 rows only
;
select l.tenant_id, l.incarnation, l.generation, l.observed_generation, l.lifecycle,
    coalesce(l.blueprint_name, '') as blueprint, coalesce(l.blueprint_version, '') as version,
    l.waiting_code, l.waiting_reason, l.waiting_since, l.gone_at is not null as gone,
    l.accepted_at, l.spec ->> 'name' as name,
    (select count(*) from held_event h where h.tenant_id = l.tenant_id) as held
from life l
where l.tenant_id = $1
  and l.incarnation = coalesce(cast($2 as int),
      (select max(incarnation) from life where tenant_id = $3))
;
select lease_id, lease_run, lease_worker, lease_since from stack
where tenant_id = $1 and incarnation = $2 and stack = $3 for update
;
select lease_run from stack
where lease_id is not null
  and lease_until < clock_timestamp()
      - cast($1 as bigint) * interval '1 millisecond'
  and exists (select 1 from pulse where beaten_at > clock_timestamp()
      - cast($2 as bigint) * interval '1 millisecond')
order by lease_until limit 100
;
select lease_run from stack
where lease_id is not null and lease_worker = $1
  and lease_boot <> $2
;
select lock_id, info, holder, since from state_lock where tenant_id = $1 and incarnation = $2 and stack = $3
;
select master_key_id, asked_by, reason, to_char(asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as asked, to_char(done_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as done from key_rotation order by asked_at desc limit 1
;
select master_key_id, count(*) as keys, to_char(min(wrapped_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as oldest from data_key where deleted_at is null group by master_key_id
;
select max(serial) from state_version where tenant_id = $1 and incarnation = $2 and stack = $3 and lineage = $4
;
select name, version, digest, yaml from blueprint
order by name, registered_at
;
select ordinal, partitions, told_partitions from source_topic
where topic = $1 and topic_id = $2
;
select owner, wrapped, master_key_id from data_key
where deleted_at is null and master_key_id <> $1 and owner > $2
order by owner limit $3 for update skip locked
;
select partition_no, next_offset from source_partition
where topic = $1 and topic_id = coalesce(
    (select cast($2 as text) where exists
        (select 1 from source_topic where topic = $3 and topic_id = cast($4 as text))),
    (select topic_id from source_topic
        where topic = $5 and cast($6 as text) is null
        order by first_seen desc limit 1),
    case when not exists (select 1 from source_topic where topic = $7) then '' end)
order by partition_no
;
select r.credential is not null
from stack s
join run r on r.run_id = s.lease_run
cross join pulse p
where s.tenant_id = $1 and s.incarnation = $2
  and s.stack = $3 and s.lease_id = $4
  and s.lease_until >= p.beaten_at
;
select r.run_id, r.kind, r.tenant_id, r.incarnation, r.stack, r.worker,
       r.lease_id, r.credential,
       coalesce(r.result is null and case when r.lease_id is null
           then s.drift_run = r.run_id
               and s.drift_run_until >= p.beaten_at
           else s.lease_run = r.run_id and s.lease_id = r.lease_id
               and s.lease_until >= p.beaten_at
           end, false) as live
from run r
cross join pulse p
left join stack s on s.tenant_id = r.tenant_id
    and s.incarnation = r.incarnation and s.stack = r.stack
where r.run_id = $1
;
select r.run_id, r.tenant_id, r.incarnation, r.stack, r.kind, r.phase, r.result, r.generation,
r.revision, r.attempt, r.lease_id, r.state_version, r.traceparent,
cast(extract(epoch from r.started_at) * 1000 as bigint) as started_millis
 from run r where r.run_id = $1
;
select r.run_id, r.tenant_id, r.incarnation, r.stack, r.kind, r.phase, r.result, r.generation,
r.revision, r.attempt, r.lease_id, r.state_version, r.traceparent,
cast(extract(epoch from r.started_at) * 1000 as bigint) as started_millis
, r.worker, r.add_count, r.change_count, r.destroy_count, r.code, r.message,
cast(extract(epoch from r.finished_at) * 1000 as bigint) as finished_millis
from run r
where (cast($1 as text) is null
        or r.tenant_id = cast($2 as text))
  and (cast($3 as text) is null
        or r.stack = cast($4 as text))
  and (cast($5 as text) is null
        or r.run_id < cast($6 as text))
order by r.run_id desc limit $7
;
select r.run_id, r.tenant_id, r.incarnation, r.stack, r.kind, r.phase, r.result, r.generation,
r.revision, r.attempt, r.lease_id, r.state_version, r.traceparent,
cast(extract(epoch from r.started_at) * 1000 as bigint) as started_millis
, r.worker, r.add_count, r.change_count, r.destroy_count, r.code, r.message,
cast(extract(epoch from r.finished_at) * 1000 as bigint) as finished_millis
from run r
where r.run_id = $1
;
select raw, generation, event_id, event_type from life_waiting_record
where tenant_id = $1 and incarnation = $2
;
select rotation_id, master_key_id from key_rotation
where done_at is null order by asked_at desc limit 1
;
select s.generation = $1 and s.revision = $2 as wanted,
       s.failed_revision = $3 as failed,
       s.due or s.lease_id is not null as running
from life l join stack s on s.tenant_id = l.tenant_id and s.incarnation = l.incarnation
where s.tenant_id = $4 and s.incarnation = $5 and s.stack = $6
for update
;
select s.lease_id
from run r
join stack s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation
    and s.stack = r.stack
where r.run_id = $1 and s.lease_run = $2 and s.lease_id = $3
for update of s
;
select s.lease_until < clock_timestamp()
           + cast($1 as bigint) * interval '0.5 millisecond' as worn,
       r.id, r.topic, r.key, cast(r.headers as text) as headers, r.value, r.sealed
from outbox_shard s left join lateral (
    select * from (
        (select * from outbox o where o.shard = s.shard and not_before is null
            and not exists (select 1 from outbox d where d.not_before > clock_timestamp()
                            and d.topic = o.topic and d.key = o.key and d.id < o.id)
         order by id limit $2)
        union all
        (select * from outbox o where o.shard = s.shard and not_before <= clock_timestamp()
         order by not_before, id limit $3)
    ) ready order by id limit $4
) r on true
where s.shard = $5 and s.lease_id = $6
order by r.id
;
select s.lease_until > case
    when p.beaten_at < clock_timestamp() - cast($1 as bigint) * interval '1 millisecond'
    then p.beaten_at else clock_timestamp() end
as alive,
cast(extract(epoch from s.lease_until - clock_timestamp()) * 1000 as bigint)
    as remaining
from stack s cross join pulse p
where s.tenant_id = $2 and s.incarnation = $3
  and s.stack = $4
;
select s.live, s.applied,
       exists (select 1 from state_version
           where tenant_id = $1 and incarnation = $2 and stack = $3
             and kind = 'ORPHAN' and settled_at is null) as orphaned
from (select 1) as one left join (
    select (s.apply_started or s.applied_revision > 0) and not s.destroyed as live,
           coalesce(a.state_version, 0) as applied
    from stack s
    left join stack_applied a on a.tenant_id = s.tenant_id
        and a.incarnation = s.incarnation and a.stack = s.stack
    where s.tenant_id = $4 and s.incarnation = $5
      and s.stack = $6) as s on true
;
select s.stack, s.wanted, s.revision, s.input_hash, s.generation, s.blueprint_name,
    s.blueprint_version, s.applied_revision, s.applied_generation, s.destroyed,
    s.apply_started, s.due, s.waiting_code, s.waiting_reason,
    case when s.hold_until is null or s.hold_until > clock_timestamp()
        then s.hold_code end as hold_code,
    s.failed_revision, s.failed_code, s.failed_message,
    s.lease_id is not null as leased,
    coalesce((select r.generation from run r where r.run_id = s.lease_run), 0)
        as run_generation,
    exists (select 1 from stack_applied a where a.tenant_id = s.tenant_id
        and a.incarnation = s.incarnation and a.stack = s.stack
        and a.outputs_hash is not null) as outputs_out
from stack s
where s.tenant_id = $1 and s.incarnation = $2
order by s.stack for update of s
;
select s.tenant_id, s.incarnation, s.stack,
       case when s.wanted then 'APPLY' else 'DESTROY' end as kind,
       s.generation, s.revision, s.attempts + 1 as attempt,
       case when s.wanted then s.blueprint_name
           else coalesce(a.blueprint_name, s.blueprint_name) end as blueprint_name,
       case when s.wanted then s.blueprint_version
           else coalesce(a.blueprint_version, s.blueprint_version) end as blueprint_version,
       case when s.wanted then v.module_digest
           else coalesce(a.module_digest, v.module_digest) end as module_digest,
       case when s.wanted then v.inputs else coalesce(a.inputs, v.inputs) end as inputs,
       cast(case when s.wanted then v.endpoints
           else coalesce(a.endpoints, v.endpoints) end as text) as endpoints,
       (not s.wanted or not s.apply_started)
           and coalesce(v.policy ->> 'approval', 'auto') = 'auto'
           and coalesce(jsonb_array_length(v.policy -> 'gates'), 0) = 0 as direct,
       s.apply_started and exists (select 1 from run r where r.tenant_id = s.tenant_id
           and r.incarnation = s.incarnation and r.stack = s.stack
           and r.code in ('WORKER_LOST', 'TIMEOUT')
           and (a.applied_at is null or r.started_at > a.applied_at)) as interrupted,
       s.state_version, v.timeout_millis, l.traceparent
from stack s
join life l on l.tenant_id = s.tenant_id and l.incarnation = s.incarnation
join stack_revision v on v.tenant_id = s.tenant_id and v.incarnation = s.incarnation
    and v.stack = s.stack and v.revision = s.revision
left join stack_applied a on a.tenant_id = s.tenant_id and a.incarnation = s.incarnation
    and a.stack = s.stack
where s.due and s.lease_id is null and s.waiting_code is null
  and (s.hold_code is null or s.hold_until <= clock_timestamp())
  and (s.not_before is null or s.not_before <= clock_timestamp())
  and not exists (select 1 from state_lock k where k.tenant_id = s.tenant_id
      and k.incarnation = s.incarnation and k.stack = s.stack)
order by s.due_since limit 1
for update of s skip locked
;
select s.tenant_id, s.incarnation, s.stack, 'DRIFT' as kind,
       a.generation, a.revision, 1 as attempt, a.blueprint_name, a.blueprint_version,
       a.module_digest, a.inputs, cast(a.endpoints as text) as endpoints,
       false as direct, false as interrupted, s.state_version, a.timeout_millis, l.traceparent
from stack s
join life l on l.tenant_id = s.tenant_id and l.incarnation = s.incarnation
join stack_applied a on a.tenant_id = s.tenant_id and a.incarnation = s.incarnation
    and a.stack = s.stack
where s.wanted and s.applied_revision > 0 and s.applied_revision = s.revision
  and not s.due and not s.destroyed and s.lease_id is null
  and l.lifecycle <> 'deleted'
  and coalesce(a.policy ->> 'drift', 'report') <> 'off'
  and (s.drift_checked_at is null or s.drift_checked_at < clock_timestamp()
      - cast($1 as bigint) * interval '1 millisecond')
  and (s.drift_run is null or s.drift_run_until < clock_timestamp())
  and not exists (select 1 from state_lock k where k.tenant_id = s.tenant_id
      and k.incarnation = s.incarnation and k.stack = s.stack)
order by s.drift_checked_at nulls first limit 1
for update of s skip locked
;
select s.tenant_id, s.incarnation, s.stack, r.kind, r.generation, r.revision, r.attempt,
       r.blueprint_name, r.blueprint_version,
       case when r.kind = 'APPLY' then v.module_digest
           else coalesce(a.module_digest, v.module_digest) end as module_digest,
       case when r.kind = 'APPLY' then v.inputs else coalesce(a.inputs, v.inputs) end as inputs,
       cast(case when r.kind = 'APPLY' then v.endpoints
           else coalesce(a.endpoints, v.endpoints) end as text) as endpoints,
       r.direct,
       s.apply_started and exists (select 1 from run o where o.tenant_id = s.tenant_id
           and o.incarnation = s.incarnation and o.stack = s.stack
           and o.code in ('WORKER_LOST', 'TIMEOUT')
           and (a.applied_at is null or o.started_at > a.applied_at)) as interrupted,
       r.state_version, v.timeout_millis, r.traceparent,
       s.lease_run, s.lease_id, s.lease_epoch,
       cast(extract(epoch from s.lease_until - clock_timestamp()) * 1000 as bigint) as remaining
from stack s
join run r on r.run_id = s.lease_run
join stack_revision v on v.tenant_id = r.tenant_id and v.incarnation = r.incarnation
    and v.stack = r.stack and v.revision = r.revision
left join stack_applied a on a.tenant_id = r.tenant_id and a.incarnation = r.incarnation
    and a.stack = r.stack
where s.lease_worker = $1 and s.lease_boot = $2 and s.lease_request = $3
  and s.lease_id is not null and s.lease_beaten_at is null
  and s.lease_until > clock_timestamp()
;
select s.tenant_id, s.incarnation, s.stack, r.result is not null as ended,
       s.drift_run = r.run_id and s.state_version = r.state_version and s.wanted
           and s.revision = r.revision and s.applied_revision = r.revision
           and not s.due and s.lease_id is null as is_current,
       s.applied_generation, s.drift_failures,
       d.drift_id, d.fingerprint, cast(d.checks as int) as checks,
       cast(extract(epoch from d.first_seen) * 1000 as bigint) as first_millis,
       exists (select 1 from stack_applied a where a.tenant_id = s.tenant_id
           and a.incarnation = s.incarnation and a.stack = s.stack
           and a.applied_at > d.last_seen) as healed,
       cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as now_millis
from run r
join stack s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation and s.stack = r.stack
left join drift d on d.tenant_id = s.tenant_id and d.incarnation = s.incarnation
    and d.stack = s.stack
where r.run_id = $1 and r.kind = 'DRIFT'
for update of s
;
select s.tenant_id, s.incarnation, s.stack, s.revision as wanted_revision, s.wanted,
       case when s.hold_until is null or s.hold_until > clock_timestamp()
           then s.hold_code end as hold_code,
       s.replans, s.lease_id,
       cast(extract(epoch from s.lease_until - clock_timestamp()) * 1000 as bigint)
           as remaining,
       (select cast(extract(epoch from clock_timestamp() - beaten_at) * 1000 as bigint)
           from pulse) as pulse_age,
       l.lifecycle, r.kind, r.phase, r.revision as run_revision
from run r
join stack s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation
    and s.stack = r.stack
join life l on l.tenant_id = s.tenant_id and l.incarnation = s.incarnation
where r.run_id = $1
;
select s.tenant_id, s.incarnation, s.stack, s.wanted, s.revision, s.applied_revision, s.destroyed,
    s.due, s.due_since, case when s.not_before > clock_timestamp() then s.not_before end as not_before,
    s.waiting_code, s.waiting_reason,
    case when s.hold_until is null or s.hold_until > clock_timestamp() then s.hold_code end as hold_code,
    s.hold_reason, s.attempts, s.failed_revision, s.failed_code, s.failed_message,
    s.lease_worker, s.lease_run, s.lease_phase, s.state_version, s.last_run, s.changed_at,
    k.holder as locked_by, k.since as locked_since,
    coalesce((select v.serial from state_version v where v.tenant_id = s.tenant_id
        and v.incarnation = s.incarnation and v.stack = s.stack
        and v.version = s.state_version), 0) as state_serial,
    exists (select 1 from drift d where d.tenant_id = s.tenant_id
        and d.incarnation = s.incarnation and d.stack = s.stack) as drifted
from stack s
left join state_lock k on k.tenant_id = s.tenant_id and k.incarnation = s.incarnation
    and k.stack = s.stack
where (s.tenant_id, s.incarnation) >= ($1, $2)
  and (s.tenant_id, s.incarnation) <= ($3, $4)
order by s.tenant_id, s.incarnation, s.stack
;
select s.tenant_id, s.incarnation, s.stack, s.wanted, s.revision, s.applied_revision, s.destroyed,
    s.due, s.due_since, case when s.not_before > clock_timestamp() then s.not_before end as not_before,
    s.waiting_code, s.waiting_reason,
    case when s.hold_until is null or s.hold_until > clock_timestamp() then s.hold_code end as hold_code,
    s.hold_reason, s.attempts, s.failed_revision, s.failed_code, s.failed_message,
    s.lease_worker, s.lease_run, s.lease_phase, s.state_version, s.last_run, s.changed_at,
    k.holder as locked_by, k.since as locked_since,
    coalesce((select v.serial from state_version v where v.tenant_id = s.tenant_id
        and v.incarnation = s.incarnation and v.stack = s.stack
        and v.version = s.state_version), 0) as state_serial,
    exists (select 1 from drift d where d.tenant_id = s.tenant_id
        and d.incarnation = s.incarnation and d.stack = s.stack) as drifted
from stack s
left join state_lock k on k.tenant_id = s.tenant_id and k.incarnation = s.incarnation
    and k.stack = s.stack
where (s.tenant_id, s.incarnation, s.stack) > ($1, $2, $3)
  and (cast($4 as text) is null or s.tenant_id = cast($5 as text))
order by s.tenant_id, s.incarnation, s.stack fetch first $6 rows only
;
select set_config('lock_timeout', '2s', true)
;
select shard, publisher, boot_id, lease_id,
       coalesce(lease_until > clock_timestamp(), false) as live
from outbox_shard order by shard for update
;
select stack, wanted, destroyed, revision, applied_revision, generation, attempts,
       lease_run, lease_beaten_at is not null as beaten
from stack where tenant_id = $1 and incarnation = $2
order by stack for update
;
select state_version from stack_applied where tenant_id = $1 and incarnation = $2 and stack = $3
;
select tar_gz from module_archive where digest = $1
;
select tenant_id, incarnation from life
where waiting_code = 'BLUEPRINT_UNKNOWN'
  and blueprint_name = $1 and blueprint_version = $2
order by waiting_since fetch first $3 rows only
;
select tenant_id, incarnation from life
where waiting_code = 'PREVIOUS_INCARNATION' and alarmed_at is null
  and waiting_since <= clock_timestamp() - cast($1 as bigint) * interval '1 millisecond'
order by waiting_since fetch first $2 rows only
;
select tenant_id, incarnation, stack from dead_letter where id = $1
;
select tenant_id, incarnation, stack from run where run_id = $1
;
select tenant_id, incarnation, stack, count(*) as versions, min(written_at) as oldest,
       min(deleted_at) as deleted
from state_version
where (tenant_id, incarnation, stack) > ($1, $2, $3)
group by tenant_id, incarnation, stack
order by tenant_id, incarnation, stack limit $4
;
select tenant_id, incarnation, stack, drift_id, fingerprint, checks,
       cast(changes as text) as changes,
       cast(extract(epoch from first_seen) * 1000 as bigint) as first_millis,
       cast(extract(epoch from last_seen) * 1000 as bigint) as last_millis
from drift
where (cast($1 as text) is null or tenant_id = cast($2 as text))
  and (cast($3 as text) is null or drift_id > cast($4 as text))
order by drift_id limit $5
;
select tenant_id, incarnation, stack, generation, outputs_ready, state_version,
       cast(outputs_allowed as text) as allowed
from stack_applied
where (cast($1 as text) is null or tenant_id = cast($2 as text))
 and (tenant_id, incarnation, stack) > ($3, $4, $5)
order by tenant_id, incarnation, stack limit $6
;
select tenant_id, incarnation, stack, generation, outputs_ready, state_version,
       cast(outputs_allowed as text) as allowed
from stack_applied
where tenant_id = $1 and incarnation = $2
  and stack = $3
;
select tenant_id, incarnation, stack, version, lineage, serial, md5, size, kind, run_id, written_by,
 written_at, reason, copy_of, deleted_at, deleted_by, deleted_reason, settled_as, settled_at,
 settled_by, settled_reason
from state_version
where kind = 'ORPHAN' and (settled_at is null or $1) and deleted_at is null
  and (cast($2 as text) is null or tenant_id = cast($3 as text))
  and (tenant_id, incarnation, stack, version)
      > ($4, $5, $6, $7)
order by tenant_id, incarnation, stack, version limit $8
;
select tenant_id, incarnation, stack, version, lineage, serial, md5, size, kind, run_id, written_by,
 written_at, reason, copy_of, deleted_at, deleted_by, deleted_reason, settled_as, settled_at,
 settled_by, settled_reason
from state_version where tenant_id = $1 and incarnation = $2 and stack = $3 and kind <> 'ORPHAN' and deleted_at is null order by version desc limit 1
;
select tenant_id, incarnation, stack, version, lineage, serial, md5, size, kind, run_id, written_by,
 written_at, reason, copy_of, deleted_at, deleted_by, deleted_reason, settled_as, settled_at,
 settled_by, settled_reason
from state_version where tenant_id = $1 and incarnation = $2 and stack = $3 and version < $4 and (deleted_at is null or $5) order by version desc limit $6
;
select tenant_id, incarnation, stack, version, lineage, serial, md5, size, kind, run_id, written_by,
 written_at, reason, copy_of, deleted_at, deleted_by, deleted_reason, settled_as, settled_at,
 settled_by, settled_reason
from state_version where tenant_id = $1 and incarnation = $2 and stack = $3 and version = $4
;
select topic, topic_id, ordinal, partitions, told_partitions, first_seen,
    (select count(distinct h.tenant_id) from held_event h
        where h.topic = t.topic and h.place_topic_id = t.topic_id) as held
from source_topic t order by topic, first_seen fetch first $1 rows only
;
select topic_id, ordinal, partitions, told_partitions from source_topic
where topic = $1 order by first_seen desc limit 1 for update
;
select topic_id, partition_no, next_offset from source_partition
where topic = $1 and next_offset > $2
  and topic_id = coalesce((select topic_id from source_topic where topic = $3
      order by first_seen desc limit 1), '')
  and (cast($4 as int) is null or partition_no = cast($5 as int))
order by partition_no for update
;
select version, kind = 'ORPHAN' as orphan, kind = 'ORPHAN' and settled_at is null as open,
       written_at, deleted_at, octet_length(bytes) = 0 as empty
from state_version
 where tenant_id = $1 and incarnation = $2 and stack = $3
;
select version, lineage, serial, md5 from state_version where tenant_id = $1 and incarnation = $2 and stack = $3 and kind <> 'ORPHAN' and deleted_at is null order by version desc limit 1
;
select version, md5, bytes from state_version where tenant_id = $1 and incarnation = $2 and stack = $3 and kind <> 'ORPHAN' and deleted_at is null order by version desc limit 1
;
select version, md5, bytes from state_version where tenant_id = $1 and incarnation = $2 and stack = $3 and version = $4 and octet_length(bytes) > 0
;
select version, md5, bytes from state_version where tenant_id = $1 and incarnation = $2 and stack = $3 and version = $4 and octet_length(bytes) > 0 and deleted_at is null
;
select version, md5, size, case when size <= $1 then bytes end as bytes from state_version where tenant_id = $2 and incarnation = $3 and stack = $4 and kind <> 'ORPHAN' and deleted_at is null order by version desc limit 1
;
select waiting_code, coalesce(blueprint_name, ''), coalesce(blueprint_version, ''),
    coalesce(cast(spec as text), 'null')
from life where tenant_id = $1 and incarnation = $2
;
select yaml, cast(modules as text) from blueprint
where name = $1 and version = $2
;
update data_key d set wrapped = decode(w.keyset, 'base64'), master_key_id = $1,
    wrapped_at = clock_timestamp()
from jsonb_to_recordset(cast(cast($2 as text) as jsonb)) as w (owner text, keyset text)
where d.owner = w.owner
;
update dead_letter set edited = $1 where id = $2
;
update dead_letter set status = $1, replays = $2,
    closed_at = clock_timestamp() where id = $3
;
update dead_letter set status = 'SUPERSEDED', closed_at = clock_timestamp()
where kind = 'RUN' and status = 'OPEN' and tenant_id = $1
  and incarnation = $2
;
update dead_letter set status = 'SUPERSEDED', closed_at = clock_timestamp()
where kind = 'RUN' and status = 'OPEN' and tenant_id = $1
  and incarnation = $2 and stack = $3
;
update dead_letter t set edited = $1 where t.ctid = cast($2 as tid) and t.edited = $3
;
update dead_letter t set raw = $1 where t.ctid = cast($2 as tid) and t.raw = $3
;
update drift set fingerprint = $1, changes = cast(cast($2 as text) as json),
    last_seen = clock_timestamp(), checks = checks + 1
 where tenant_id = $3 and incarnation = $4 and stack = $5
;
update drift set last_seen = clock_timestamp(), checks = checks + 1 where tenant_id = $1 and incarnation = $2 and stack = $3
;
update held_event t set item = $1 where t.ctid = cast($2 as tid) and t.item = $3
;
update key_rotation set done_at = clock_timestamp() where done_at is null
    and asked_at <= (select asked_at from key_rotation where rotation_id = $1)
;
update life set alarmed_at = clock_timestamp()
where tenant_id = $1 and incarnation = $2
  and waiting_code = 'PREVIOUS_INCARNATION' and alarmed_at is null
;
update life set generation = $1, spec_hash = $2, lifecycle = $3,
    spec = coalesce(cast(cast($4 as text) as jsonb), spec),
    delete_policy = cast(cast($5 as text) as jsonb),
    blueprint_name = coalesce(cast($6 as text), blueprint_name),
    blueprint_version = coalesce(cast($7 as text), blueprint_version),
    accepted_at = clock_timestamp(), event_id = $8,
    traceparent = cast($9 as text), source_topic = $10,
    source_topic_id = $11, source_partition = $12,
    source_offset = $13,
    waiting_code = null, waiting_reason = null, waiting_since = null,
    alarmed_at = null
where tenant_id = $14 and incarnation = $15
;
update life set lifecycle = 'deleted', generation = generation + 1,
    delete_policy = '{"deletion": "Retain"}', waiting_code = null,
    waiting_reason = null, waiting_since = null, alarmed_at = null
where tenant_id = $1 and incarnation = $2
;
update life set observed_generation = $1, attempted_generation = $2,
    waiting_since = case
        when cast($3 as text) is null then null
        when waiting_code = cast($4 as text) then waiting_since
        else clock_timestamp() end,
    alarmed_at = case when waiting_code = cast($5 as text) then alarmed_at end,
    waiting_code = cast($6 as text), waiting_reason = cast($7 as text),
    gone_at = case when $8 then clock_timestamp() end
where tenant_id = $9 and incarnation = $10
  and (observed_generation <> $11 or attempted_generation <> $12
    or waiting_code is distinct from cast($13 as text) or $14)
;
update life set source_topic = $1, source_topic_id = $2,
    source_partition = $3, source_offset = $4
where tenant_id = $5
  and incarnation = coalesce(cast($6 as int), incarnation)
;
update life set status_seq = status_seq + 1
where tenant_id = $1 and incarnation = (
    select incarnation from life where tenant_id = $2
    order by incarnation = $3 desc, incarnation desc limit 1)
returning status_seq
;
update life_waiting_record t set raw = $1 where t.ctid = cast($2 as tid) and t.raw = $3
;
update outbox_shard
set lease_until = clock_timestamp() + cast($1 as bigint) * interval '1 millisecond'
where shard = $2 and lease_id = $3
;
update outbox_shard set publisher = $1, boot_id = $2, lease_id = $3,
       lease_until = clock_timestamp() + cast($4 as bigint) * interval '1 millisecond'
where shard = $5
;
update pulse set beaten_at = clock_timestamp()
;
update replay set honoured_at = clock_timestamp() where replay_id = $1
;
update run r set phase = $1 where run_id = $2 returning r.run_id, r.tenant_id, r.incarnation, r.stack, r.kind, r.phase, r.result, r.generation,
r.revision, r.attempt, r.lease_id, r.state_version, r.traceparent,
cast(extract(epoch from r.started_at) * 1000 as bigint) as started_millis
;
update run set credential = $1 where run_id = $2
;
update run set phase = 'FINISHED', result = $1, code = cast($2 as text),
    message = cast($3 as text), retryable = cast($4 as boolean),
    add_count = $5, change_count = $6, destroy_count = $7,
    finished_at = clock_timestamp()
where run_id = $8
;
update run_log t set line = $1 where t.ctid = cast($2 as tid) and t.line = $3
;
update source_partition as p set topic_id = $1
where topic = $2 and topic_id = '' and not exists (select 1 from source_partition o
    where o.topic = $3 and o.topic_id = $4 and o.partition_no = p.partition_no)
;
update source_partition set next_offset = $1, deliveries = 0
where topic = $2 and topic_id = $3 and partition_no = $4
;
update source_partition set next_offset = $1, deliveries = 0, rewinds = rewinds + 1
where topic = $2 and topic_id = $3 and partition_no = $4
;
update source_topic set partitions = told_partitions, ordinal = coalesce(ordinal,
    1 + (select max(ordinal) from source_topic where topic = $1))
where topic = $2 and topic_id = $3
;
update stack set
    lease_until = greatest(lease_until,
        clock_timestamp() + cast($1 as bigint) * interval '1 millisecond'),
    lease_beaten_at = clock_timestamp(),
    lease_phase = $2,
    apply_started = apply_started or $3
where tenant_id = $4 and incarnation = $5 and stack = $6
returning cast(extract(epoch from lease_until - clock_timestamp()) * 1000 as bigint)
;
update stack set applied_revision = $1,
applied_generation = case when revision = $2 then generation else $3 end,
attempts = case when revision = $4 then 0 else attempts end,
replans = 0, failed_revision = 0, failed_code = null, failed_message = null,
not_before = null, due = revision <> $5, apply_started = true,
drift_run = null, drift_run_until = null,
drift_checked_at = case when exists (select 1 from drift d
        where d.tenant_id = stack.tenant_id and d.incarnation = stack.incarnation
          and d.stack = stack.stack)
    then null else clock_timestamp() end
, lease_id = null, lease_until = null, lease_beaten_at = null, lease_since = null,
lease_worker = null, lease_boot = null, lease_request = null, lease_run = null,
lease_phase = null, changed_at = clock_timestamp()
 where tenant_id = $6 and incarnation = $7 and stack = $8 and lease_run = $9
;
update stack set applied_revision = $1,
applied_generation = case when revision = $2 then generation else $3 end,
destroyed = not wanted,
attempts = case when revision = $4 then 0 else attempts end,
replans = 0, failed_revision = 0, failed_code = null, failed_message = null,
not_before = null, due = revision <> $5,
drift_run = null, drift_run_until = null
, lease_id = null, lease_until = null, lease_beaten_at = null, lease_since = null,
lease_worker = null, lease_boot = null, lease_request = null, lease_run = null,
lease_phase = null, changed_at = clock_timestamp()
 where tenant_id = $6 and incarnation = $7 and stack = $8 and lease_run = $9
;
update stack set apply_started = true
where tenant_id = $1 and incarnation = $2 and stack = $3
  and exists (select 1 from state_version v where v.tenant_id = $4
      and v.incarnation = $5 and v.stack = $6
      and v.kind not in ('SEED', 'ORPHAN'))
;
update stack set attempts = $1, replans = 0, due = false, not_before = null,
failed_revision = $2, failed_code = $3, failed_message = $4
, lease_id = null, lease_until = null, lease_beaten_at = null, lease_since = null,
lease_worker = null, lease_boot = null, lease_request = null, lease_run = null,
lease_phase = null, changed_at = clock_timestamp()
 where tenant_id = $5 and incarnation = $6 and stack = $7 and lease_run = $8
;
update stack set attempts = $1, replans = 0, due = true,
not_before = clock_timestamp() + cast($2 as bigint) * interval '1 millisecond'
, lease_id = null, lease_until = null, lease_beaten_at = null, lease_since = null,
lease_worker = null, lease_boot = null, lease_request = null, lease_run = null,
lease_phase = null, changed_at = clock_timestamp()
 where tenant_id = $3 and incarnation = $4 and stack = $5 and lease_run = $6
;
update stack set drift_seq = drift_seq + 1 where tenant_id = $1 and incarnation = $2 and stack = $3 returning drift_seq
;
update stack set failed_revision = 0, failed_code = null, failed_message = null,
    attempts = 0, replans = 0, not_before = null,
    due = true, due_since = clock_timestamp(), changed_at = clock_timestamp()
where tenant_id = $1 and incarnation = $2 and stack = $3
;
update stack set outputs_seq = outputs_seq + 1
where tenant_id = $1 and incarnation = $2 and stack = $3
returning outputs_seq
;
update stack set replans = case when $1 then replans + 1 else replans end, lease_id = null, lease_until = null, lease_beaten_at = null, lease_since = null,
lease_worker = null, lease_boot = null, lease_request = null, lease_run = null,
lease_phase = null, changed_at = clock_timestamp()
 where tenant_id = $2 and incarnation = $3 and stack = $4 and lease_run = $5
;
update stack set replans = replans, lease_id = null, lease_until = null, lease_beaten_at = null, lease_since = null,
lease_worker = null, lease_boot = null, lease_request = null, lease_run = null,
lease_phase = null, changed_at = clock_timestamp()
 where tenant_id = $1 and incarnation = $2 and stack = $3 and lease_run = $4
;
update stack set state_version = $1 where tenant_id = $2 and incarnation = $3 and stack = $4
;
update stack set state_version = $1, drift_checked_at = null where tenant_id = $2 and incarnation = $3 and stack = $4 and state_version <> $5
;
update stack set status_seq = status_seq + 1
where tenant_id = $1 and incarnation = $2 and stack = $3
returning status_seq
;
update stack set wanted = $1, revision = $2, input_hash = $3,
    generation = $4, blueprint_name = $5,
    blueprint_version = $6, applied_generation = $7,
    destroyed = $8,
    due_since = case when not $9 then null
        when due then due_since else clock_timestamp() end,
    due = $10, waiting_code = cast($11 as text),
    waiting_reason = cast($12 as text), changed_at = clock_timestamp()
 where tenant_id = $13 and incarnation = $14 and stack = $15
;
update stack set wanted = $1, revision = $2, input_hash = $3,
    generation = $4, blueprint_name = $5,
    blueprint_version = $6, applied_generation = $7,
    destroyed = $8,
    due_since = case when not $9 then null
        when due then due_since else clock_timestamp() end,
    due = $10, waiting_code = cast($11 as text),
    waiting_reason = cast($12 as text), changed_at = clock_timestamp()
, attempts = 0, not_before = null, failed_revision = 0,
failed_code = null, failed_message = null
 where tenant_id = $13 and incarnation = $14 and stack = $15
;
update stack_applied set outputs = cast(cast($1 as text) as json), outputs_hash = $2,
    outputs_generation = $3, outputs_ready = $4
where tenant_id = $5 and incarnation = $6 and stack = $7
;
update stack_applied set outputs = null, outputs_hash = null, outputs_ready = false,
    outputs_generation = $1
where tenant_id = $2 and incarnation = $3 and stack = $4
;
update stack_applied t set inputs = $1 where t.ctid = cast($2 as tid) and t.inputs = $3
;
update stack_revision t set inputs = $1 where t.ctid = cast($2 as tid) and t.inputs = $3
;
update state_version set bytes = cast('' as bytea), size = 0 where tenant_id = $1 and incarnation = $2 and stack = $3 and version = any(cast(string_to_array($4, ',') as bigint[]))
;
update state_version set deleted_at = clock_timestamp(), deleted_by = $1,
    deleted_reason = $2
 where tenant_id = $3 and incarnation = $4 and stack = $5 and deleted_at is null and (cast($6 as bigint) is null or version = cast($7 as bigint))
;
update state_version set deleted_at = null, deleted_by = null, deleted_reason = null where tenant_id = $1 and incarnation = $2 and stack = $3 and deleted_at is not null and octet_length(bytes) > 0 and (cast($4 as bigint) is null or version = cast($5 as bigint))
;
update state_version set settled_as = $1, settled_at = clock_timestamp(),
    settled_by = $2, settled_reason = $3 where
 tenant_id = $4 and incarnation = $5 and stack = $6 and version = $7
;
update state_version t set bytes = $1 where t.ctid = cast($2 as tid) and t.bytes = $3
;
update tenant_event set disposition = $1, code = cast($2 as text),
    reason = cast($3 as text)
where id = $4 returning coalesce(event_id, '')
;
update tenant_event set disposition = $1, code = cast($2 as text),
    reason = cast($3 as text)
where tenant_id = $4 and incarnation = $5 and generation = $6
  and disposition = 'PENDING'
;
update tenant_event set generation = cast($1 as bigint),
    disposition = $2, code = cast($3 as text), reason = cast($4 as text)
where id = $5
;
with added as (
    insert into state_version (tenant_id, incarnation, stack, version, lineage, serial, md5,
                               size, kind, reason, run_id, lease_id, copy_of, written_by,
                               written_at, bytes)
    select $1, $2, $3,
           1 + coalesce((select max(version) from state_version
                         where tenant_id = $4 and incarnation = $5
                           and stack = $6), 0),
           $7, $8, $9, $10, $11, cast($12 as text),
           case when $13 = 'ORPHAN' then (select r.run_id from run r
                    where r.tenant_id = $14 and r.incarnation = $15
                      and r.stack = $16
                      and cast($17 as text) in (r.lease_id, r.released_lease)
                    order by r.started_at desc limit 1)
                else cast($18 as text) end,
           cast($19 as text), cast($20 as bigint), $21, clock_timestamp(),
           cast($22 as bytea)
    returning version),
moved as (
    update stack set state_version = (select version from added),
           drift_checked_at = case when $23 = 'RUN' then drift_checked_at end,
           apply_started = true
    where tenant_id = $24 and incarnation = $25 and stack = $26
      and $27 not in ('SEED', 'ORPHAN')
    returning 1),
waits as (
    update stack set due = false, due_since = null, waiting_code = $28,
           waiting_reason = $29, changed_at = clock_timestamp()
    where tenant_id = $30 and incarnation = $31 and stack = $32
      and $33 = 'ORPHAN' and not wanted and not destroyed and lease_id is null
    returning 1)
select version, (select count(*) from moved) as moved, (select count(*) from waits) as waits
from added
;
with claimed as (
    update stack set lease_id = $1, lease_epoch = lease_epoch + 1,
        lease_until = clock_timestamp() + cast($2 as bigint) * interval '1 millisecond',
        lease_beaten_at = null, lease_since = clock_timestamp(), lease_worker = $3,
        lease_boot = $4, lease_request = $5, lease_run = $6,
        lease_phase = 'CLAIMED', apply_started = apply_started or $7,
        last_run = $8, status_seq = status_seq + 1, changed_at = clock_timestamp()
    where tenant_id = $9 and incarnation = $10 and stack = $11
      and not exists (select 1 from state_lock k where k.tenant_id = $12
          and k.incarnation = $13 and k.stack = $14)
    returning tenant_id, incarnation, stack, lease_epoch, status_seq
), begun as (
    insert into run (run_id, tenant_id, incarnation, stack, kind, phase, generation,
        revision, attempt, blueprint_name, blueprint_version, worker, lease_id,
        lease_epoch, direct, state_version, traceparent, started_at)
    select $15, tenant_id, incarnation, stack, $16, 'CLAIMED', $17, $18,
        $19, $20, $21, $22, $23, lease_epoch, $24, $25,
        cast($26 as text), now()
    from claimed
)
select lease_epoch, status_seq,
    cast(extract(epoch from now()) * 1000 as bigint) as started_millis
from claimed
;
with deleted as (
    update data_key set wrapped = null, mac_key = null, deleted_at = clock_timestamp()
    where key_id = $1 and deleted_at is null returning key_id, master_key_id)
insert into key_receipt (key_id, tenant_id, incarnation, at, actor, reason, master_key_id,
    state_versions, inputs, log_lines, dead_letters)
select key_id, $2, $3, clock_timestamp(), $4, $5, master_key_id,
    $6, $7, $8, $9 from deleted
;
with ended as (
    update run set phase = 'FINISHED', result = $1, message = cast($2 as text),
        finished_at = clock_timestamp()
    where run_id = $3
)
update stack set
    drift_failures = case when $4 then drift_failures
        when $5 then drift_failures + 1 else 0 end,
    drift_checked_at = case when $6 then drift_checked_at
        else clock_timestamp() end,
    drift_run = null, drift_run_until = null
where drift_run = $7
;
with fenced as (
    update stack set lease_id = $1, lease_request = null
    where tenant_id = $2 and incarnation = $3 and stack = $4
    returning lease_run)
update run set released_lease = coalesce(released_lease, lease_id), lease_id = null
where run_id = (select lease_run from fenced)
;
with forgotten as (
    delete from life_generation
    where tenant_id = $1 and incarnation = $2 and generation > $3
), remembered as (
    insert into life_generation (tenant_id, incarnation, generation, spec_hash)
    select tenant_id, incarnation, $4, spec_hash from life
    where tenant_id = $5 and incarnation = $6
    on conflict (tenant_id, incarnation, generation) do update set spec_hash = excluded.spec_hash
), stacks as (
    update stack set applied_generation = least(applied_generation, $7),
        generation = case when generation = $8 or generation > $9 then $10 else generation end
    where tenant_id = $11 and incarnation = $12
), runs as (
    update run set generation = $13
    where tenant_id = $14 and incarnation = $15 and phase <> 'FINISHED'
      and (generation = $16 or generation > $17)
), applied as (
    update stack_applied set generation = least(generation, $18),
        outputs_generation = least(outputs_generation, $19)
    where tenant_id = $20 and incarnation = $21
), events as (
    update tenant_event set generation = $22,
        reason = concat('was generation ', generation, ' until an operator set it')
    where tenant_id = $23 and incarnation = $24
      and disposition in ('PENDING', 'FAILED') and (generation = $25 or generation > $26)
), waiting as (
    update life_waiting_record set generation = $27
    where tenant_id = $28 and incarnation = $29 and generation = $30
), letters as (
    update dead_letter set generation = $31
    where tenant_id = $32 and incarnation = $33 and kind = 'RUN' and status = 'OPEN'
      and (generation = $34 or generation > $35)
)
update life set generation = $36, observed_generation = least(observed_generation, $37),
    attempted_generation = least(attempted_generation, $38)
where tenant_id = $39 and incarnation = $40
;
with live as (
    select tenant_id, incarnation, stack from stack
    where lease_id is not null
      and lease_until > (select beaten_at from pulse)
    order by tenant_id, incarnation, stack
    for update
), extended as (
    update stack s
    set lease_until = s.lease_until + cast($1 as bigint) * interval '1 millisecond'
    from live l
    where s.tenant_id = l.tenant_id and s.incarnation = l.incarnation
      and s.stack = l.stack
    returning 1
)
select count(*) as extended from extended
;
with lost as (
    update run set phase = 'FINISHED', result = 'LOST', finished_at = clock_timestamp()
    where result is null and run_id = (select drift_run from stack
        where tenant_id = $1 and incarnation = $2 and stack = $3)
), claimed as (
    update stack set drift_run = $4,
        drift_run_until = clock_timestamp()
            + cast($5 as bigint) * interval '1 millisecond'
    where tenant_id = $6 and incarnation = $7 and stack = $8
)
insert into run (run_id, tenant_id, incarnation, stack, kind, phase, generation,
    revision, attempt, blueprint_name, blueprint_version, worker, state_version,
    traceparent, started_at)
values ($9, $10, $11, $12, 'DRIFT', 'CLAIMED', $13, $14,
    1, $15, $16, $17, $18, cast($19 as text),
    clock_timestamp())
;
with replaced as (
    delete from outbox where not_before > clock_timestamp() and value is null
    and (topic, key) in (($1, cast($2 as bytea))))
insert into outbox (shard, topic, key, headers, value, sealed, created_at, not_before) values
($3, $4, cast($5 as bytea), cast(cast($6 as text) as json), cast($7 as bytea),
 cast($8 as bytea), clock_timestamp(), clock_timestamp() + cast($9 as bigint) * interval '1 millisecond')
;
with replaced as (
    delete from outbox where not_before > clock_timestamp() and value is null
    and (topic, key) in (($1, cast($2 as bytea)), ($3, cast($4 as bytea))))
insert into outbox (shard, topic, key, headers, value, sealed, created_at, not_before) values
($5, $6, cast($7 as bytea), cast(cast($8 as text) as json), cast($9 as bytea),
 cast($10 as bytea), clock_timestamp(), clock_timestamp() + cast($11 as bigint) * interval '1 millisecond')
, ($12, $13, cast($14 as bytea), cast(cast($15 as text) as json), cast($16 as bytea),
 cast($17 as bytea), clock_timestamp(), clock_timestamp() + cast($18 as bigint) * interval '1 millisecond')
;
with replaced as (
    delete from outbox where not_before > clock_timestamp() and value is null
    and (topic, key) in (($1, cast($2 as bytea)), ($3, cast($4 as bytea)), ($5, cast($6 as bytea))))
insert into outbox (shard, topic, key, headers, value, sealed, created_at, not_before) values
($7, $8, cast($9 as bytea), cast(cast($10 as text) as json), cast($11 as bytea),
 cast($12 as bytea), clock_timestamp(), clock_timestamp() + cast($13 as bigint) * interval '1 millisecond')
, ($14, $15, cast($16 as bytea), cast(cast($17 as text) as json), cast($18 as bytea),
 cast($19 as bytea), clock_timestamp(), clock_timestamp() + cast($20 as bigint) * interval '1 millisecond')
, ($21, $22, cast($23 as bytea), cast(cast($24 as text) as json), cast($25 as bytea),
 cast($26 as bytea), clock_timestamp(), clock_timestamp() + cast($27 as bigint) * interval '1 millisecond')
;
