-- What others send or make may hold U+0000: in a record's header name, in a module's output, in a resource's address.
-- The type jsonb refuses that; json keeps every text as it came, and the ledger never looks inside these columns.
alter table outbox alter column headers type json using cast(cast(headers as text) as json);
alter table stack_applied alter column outputs type json using cast(cast(outputs as text) as json);
alter table drift alter column changes type json using cast(cast(changes as text) as json);
