-- Where events come from. A topic may be deleted and made again under its name: its id says which it was.

create table source_topic (
    topic            text not null,
    topic_id         text not null,
    -- Which of the topics of that name it is, from 1: what stands on a later one is newer. Null until an operator says so.
    ordinal          int,
    -- How many partitions operators know of, and how many the newest reader found.
    partitions       int not null,
    told_partitions  int not null,
    first_seen       timestamptz not null,
    primary key (topic, topic_id)
);

-- Takes the place of intake_watermark. The id is empty where no reader ever told it; the first one told takes such rows over.
create table source_partition (
    topic              text not null,
    topic_id           text not null,
    partition_no       int not null,
    -- Below it every position has its verdict.
    next_offset        bigint not null,
    -- How often the record at delivered_offset was handed in before it got a verdict; the third time it is poison.
    delivered_offset   bigint not null default -1,
    deliveries         int not null default 0,
    -- How often an operator had positions judged again.
    rewinds            int not null default 0,
    primary key (topic, topic_id, partition_no)
);
insert into source_partition (topic, topic_id, partition_no, next_offset, delivered_offset, deliveries)
    select topic, '', partition_no, next_offset, delivered_offset, deliveries from intake_watermark;

-- A position is judged once in each reading of its partition.
alter table tenant_event add column topic_id text not null default '';
alter table tenant_event add column reading int not null default 0;
alter table tenant_event drop constraint tenant_event_topic_partition_no_offset_no_key;
create unique index tenant_event_place on tenant_event (topic, topic_id, partition_no, offset_no, reading);

alter table life add column source_topic_id text not null default '';
alter table dead_letter add column topic_id text not null default '';

-- Where an event stands in the order of its source, when it came as a replay: the place of what was sent first.
alter table dead_letter add column place_topic_id text;
alter table dead_letter add column place_partition int;
alter table dead_letter add column place_offset bigint;

-- Events of sources ordered by position that cannot be put in order: kept until an operator says how it is.
create table held_event (
    event_row        bigint primary key references tenant_event (id) on delete cascade,
    tenant_id        text not null,
    topic            text not null,
    place_topic_id   text not null,
    place_partition  int not null,
    place_offset     bigint not null,
    reading          int not null,
    -- The record with what intake said of it (JSON), sealed.
    item             bytea not null,
    held_at          timestamptz not null
);
create index held_event_by_tenant on held_event (tenant_id, event_row);
