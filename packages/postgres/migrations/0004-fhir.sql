-- Every version of every FHIR record.
--   record.body     ciphertext: the resource as JSON, sealed under its compartment's data key
--   record.tokens   blind indexes (keyed, truncated HMACs) of the values it is found by; empty but on current versions.
--                   They show which records share a value, not the value (docs/reference/search.md)
-- In the clear: type, random id, version, the patient's random id, time of writing. None is PHI by itself.
create schema fhir;

create table fhir.record (
  type text not null,
  id uuid not null,
  version integer not null check (version > 0),
  -- The patient in whose compartment the record lies; null: shared/<type>.
  subject_id uuid,
  last_updated timestamptz not null,
  deleted boolean not null default false,
  current boolean not null,
  tokens bigint[] not null,
  body bytea not null,
  -- The id first: with the type first, a planner without statistics would join all rows of a type into a token search.
  primary key (id, type, version)
);

-- Ciphertext does not compress; trying costs time, and compressing before sealing would leak content by length.
alter table fhir.record alter column body set storage external;

create index record_tokens on fhir.record using gin (tokens) with (gin_pending_list_limit = 1024) where current;
