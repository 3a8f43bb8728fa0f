-- What the auditor's questions and the live feeds need. No column here is ciphertext and none is PHI: indexes over
-- columns of ledger.entry, and for each feed how far its receiver has been told.

-- Canonical JSON has no space after a colon and no quote inside a value of an entry, so these bytes stand in a body
-- only where the field has the value.
create function ledger.is_refused(body bytea) returns boolean language sql immutable parallel safe
  return position('"decision":"deny"'::bytea in body) > 0;
create function ledger.is_for_person(body bytea) returns boolean language sql immutable parallel safe
  return position('"onBehalfOf":"person:'::bytea in body) > 0;
create function ledger.on_behalf_of(body bytea) returns text language plpgsql immutable parallel safe as $$
begin
  return convert_from(body, 'UTF8')::json ->> 'onBehalfOf';
end
$$;

-- `refused`: the few among the many.
create index entry_refused on ledger.entry (index) where ledger.is_refused(body);
-- `what-did` a person: also what functions did for them.
create index entry_for_person on ledger.entry (ledger.on_behalf_of(body), index) where ledger.is_for_person(body);
-- `who-touched`: the steps around a patient's entries, without those of other patients in the same trace.
create index entry_around on ledger.entry (trace, index) where subject is null;
-- From a time to an index.
create index checkpoint_time on ledger.checkpoint (created_at);

create table ledger.feed (
  -- Kind and place of the receiver: `syslog:siem.example.org:6514`.
  name text primary key,
  -- The first entry that the receiver has not confirmed.
  next_index bigint not null default 0 check (next_index >= 0),
  -- The node that sends, and until when; another takes over after that.
  holder text,
  held_until timestamptz,
  updated_at timestamptz not null default now()
);
