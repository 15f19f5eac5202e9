-- What an operator asked tofu to do to a state: a run that waits in phase ASKED until a worker claims it.
alter table run
    add column operation     jsonb,
    add column asked_by      text,
    add column asked_reason  text;
create index run_asked on run (started_at) where phase = 'ASKED';

-- Which database the pulse was beaten in, and until when nothing is claimed after it was put back.
alter table pulse
    add column database     text,
    add column claims_from  timestamptz;
