-- What the ledger found when it looked whether an open orphan can be settled without a person: one row for each that stays open,
-- so that it is looked at again only when something has changed that could change the answer.
create table orphan_look (
    tenant_id    text not null,
    incarnation  int not null,
    stack        text not null,
    -- The orphan's.
    version      bigint not null,
    -- What was looked at: the version served, the stack's runs, its newest version and who held it.
    basis        text not null,
    -- Why it stays open; addresses, never values.
    code         text not null,
    finding      text not null,
    looked_at    timestamptz not null,
    primary key (tenant_id, incarnation, stack, version)
);
