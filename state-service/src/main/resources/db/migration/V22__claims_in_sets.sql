-- A claim asks whether its very request was given something before: that is one row now, however many runs the worker has.
create index stack_requested on stack (lease_worker, lease_request) where lease_id is not null;
drop index stack_leased;
