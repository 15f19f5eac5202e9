-- Where the record stood that used up a replay id: so it is known what became of it.
alter table replay
    add column honoured_topic      text,
    add column honoured_topic_id   text,
    add column honoured_partition  int,
    add column honoured_offset     bigint,
    add column honoured_reading    int;

-- What an operator had replayed, one letter or many.
create table replay_batch (
    id              text primary key,
    state           text not null check (state in ('RUNNING', 'ENDED', 'STOPPED', 'ABORTED')),
    asked_by        text not null,
    reason          text not null,
    -- What was asked for, in plain words.
    filter          text not null,
    force           boolean not null,
    representative  boolean not null,
    -- Letters up to here were tried before the replay went on after a stop; they prove nothing.
    tried           int not null default 0,
    max_tenants     int not null,
    created_at      timestamptz not null,
    ended_at        timestamptz,
    -- Who has it in hand, and until when if they say no more.
    driver          text,
    driver_until    timestamptz
);

create table replay_item (
    batch_id   text not null references replay_batch (id) on delete cascade,
    position   int not null,
    letter_id  text not null,
    tenant_id  text,
    state      text not null,
    code       text,
    what       text,
    -- Of an event: the id that its record carries.
    replay_id  text,
    sent_at    timestamptz,
    ended_at   timestamptz,
    primary key (batch_id, position)
);
-- A letter waits for its turn in one replay only.
create unique index replay_item_waiting on replay_item (letter_id) where state = 'WAITING';
create index replay_item_of_letter on replay_item (letter_id);
