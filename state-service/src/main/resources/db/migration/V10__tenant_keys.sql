-- Data keys: one for each life of a tenant, one for the platform. What is stored is wrapped by a master key, which is not here.
create table data_key (
    -- tenant/incarnation, or platform
    owner          text primary key,
    key_id         text not null unique,
    -- The keyset, wrapped; null once the key was deleted: what it sealed is lost then, and stays lost, since no other key takes its place.
    wrapped        bytea,
    -- The key of keyed hashes, sealed with the data key.
    mac_key        bytea,
    master_key_id  text not null,
    created_at     timestamptz not null,
    wrapped_at     timestamptz not null,
    deleted_at     timestamptz,
    check ((wrapped is null) = (deleted_at is not null))
);
create index data_key_by_master on data_key (master_key_id, owner) where deleted_at is null;

-- What was asked for: everything is to be under that master key. Open until all is.
create table key_rotation (
    rotation_id    text primary key,
    master_key_id  text not null,
    asked_by       text not null,
    reason         text not null,
    asked_at       timestamptz not null,
    done_at        timestamptz
);
create index key_rotation_open on key_rotation (asked_at) where done_at is null;

-- What was made unreadable for ever, by whom and why.
create table key_receipt (
    id              bigint generated always as identity primary key,
    key_id          text not null,
    tenant_id       text not null,
    incarnation     int not null,
    at              timestamptz not null,
    actor           text not null,
    reason          text not null,
    master_key_id   text not null,
    state_versions  bigint not null,
    inputs          bigint not null,
    log_lines       bigint not null,
    dead_letters    bigint not null
);
create function key_receipt_stays() returns trigger language plpgsql as $$
begin
    raise exception 'receipts of deleted keys are never changed' using errcode = 'restrict_violation';
end
$$;
create trigger key_receipt_stays before update or delete or truncate on key_receipt
    execute function key_receipt_stays();

-- Records of others, while they wait to be published: key, headers and value, sealed; then the columns of these are empty.
alter table outbox add column sealed bytea;

-- What was sealed with the master key itself, before there were data keys. Small where it was all sealed anew: empty.
create index state_version_old_seal on state_version (tenant_id, incarnation)
    where substring(bytes from 1 for 1) = '\x01';
create index stack_revision_old_seal on stack_revision (tenant_id, incarnation)
    where substring(inputs from 1 for 1) = '\x01';
create index stack_applied_old_seal on stack_applied (tenant_id, incarnation)
    where substring(inputs from 1 for 1) = '\x01';
create index run_log_old_seal on run_log (run_id)
    where substring(line from 1 for 1) = '\x01';
create index dead_letter_old_seal on dead_letter (tenant_id, incarnation)
    where substring(raw from 1 for 1) = '\x01' or substring(edited from 1 for 1) = '\x01';
create index life_waiting_record_old_seal on life_waiting_record (tenant_id, incarnation)
    where substring(raw from 1 for 1) = '\x01';
