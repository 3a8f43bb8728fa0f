-- Current and earlier versions of FHIR records apart: what is searched stays small, and a table that is only added to
-- needs no vacuum.
--   record.body, history.body   ciphertext: the resource as JSON behind a head of element names and security labels,
--                               sealed under its compartment's data key; of a tombstone, type, logical id and meta
--   record.tokens               blind indexes (keyed, truncated HMACs) of the values it is found by. They show which
--                               records share a value, not the value (docs/reference/search.md)
-- In the clear: type, record id (random, or a keyed hash of what a client chose), version, the patient's record id,
-- time of writing, the order of first writing. None is PHI by itself (docs/decisions/0010, 0030).
alter table fhir.record rename to version_in_one_table;
alter index fhir.record_tokens rename to version_in_one_table_tokens;
alter index fhir.record_pkey rename to version_in_one_table_pkey;

create sequence fhir.record_sequence;

create table fhir.record (
  id uuid not null,
  -- The patient in whose compartment the version lies; null: shared/<type>.
  subject_id uuid,
  -- Given when the record is first written, and kept.
  sequence bigint not null default nextval('fhir.record_sequence'),
  last_updated timestamptz not null,
  version integer not null check (version > 0),
  -- A tombstone, without tokens.
  deleted boolean not null,
  type text collate "C" not null,
  tokens bigint[] not null,
  body bytea not null,
  primary key (id, type)
) with (
  -- A version is read whole: up to 8 kB it lies in the row, not behind a second table's index.
  toast_tuple_target = 8160,
  -- An update leaves a dead row. Waiting for a fifth of the table would leave a million of them among five.
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 1000
);
-- Ciphertext does not compress; trying costs time, and compressing before sealing would leak content by length.
alter table fhir.record alter column body set storage external;

create table fhir.history (
  id uuid not null,
  subject_id uuid,
  sequence bigint not null,
  last_updated timestamptz not null,
  -- When the next version took its place.
  superseded timestamptz not null,
  version integer not null check (version > 0),
  deleted boolean not null,
  type text collate "C" not null,
  body bytea not null,
  primary key (id, type, version)
) with (toast_tuple_target = 8160);
alter table fhir.history alter column body set storage external;

insert into fhir.record (id, subject_id, last_updated, version, deleted, type, tokens, body)
select id, subject_id, last_updated, version, deleted, type, tokens, body
  from fhir.version_in_one_table where current order by last_updated, id;
insert into fhir.history (id, subject_id, sequence, last_updated, superseded, version, deleted, type, body)
select old.id, old.subject_id, now.sequence, old.last_updated, next.last_updated, old.version, old.deleted, old.type, old.body
  from fhir.version_in_one_table old
  join fhir.version_in_one_table next on next.id = old.id and next.type = old.type and next.version = old.version + 1
  join fhir.record now on now.id = old.id and now.type = old.type
 where not old.current;
drop table fhir.version_in_one_table;

-- Without the list of entries that wait to be merged, which every search would read from end to end.
create index record_tokens on fhir.record using gin (tokens) with (fastupdate = off);
create index record_by_type on fhir.record (type, sequence) where not deleted;
create index record_by_subject on fhir.record (subject_id, type, sequence) where subject_id is not null and not deleted;
create index record_by_time on fhir.record (type, last_updated, sequence);
create index history_by_time on fhir.history (type, last_updated, sequence, version);

-- Writes versions, all or none: version 1 of a record that is not there, or the next version of one whose current
-- version is the one before. Anything else is a conflict: unique_violation or serialization_failure.
-- `tokens` of all versions stand in one array; those of one from `token_starts` to `token_ends`.
create function fhir.write_versions(
  types text[], ids uuid[], versions integer[], subjects uuid[], times timestamptz[], deletions boolean[],
  token_starts integer[], token_ends integer[], tokens bigint[], bodies bytea[]
) returns void language plpgsql as $$
declare
  wanted integer;
  moved integer;
begin
  select count(*) into wanted from unnest(versions) as v where v > 1;
  if wanted > 0 then
    insert into fhir.history (id, subject_id, sequence, last_updated, superseded, version, deleted, type, body)
    select r.id, r.subject_id, r.sequence, r.last_updated, g.at, r.version, r.deleted, r.type, r.body
      from unnest(types, ids, versions, times) as g(type, id, version, at)
      join fhir.record r on r.id = g.id and r.type = g.type and r.version = g.version - 1
     where g.version > 1
       for update of r;
    get diagnostics moved = row_count;
    if moved <> wanted then
      raise exception 'another version was written meanwhile' using errcode = 'serialization_failure';
    end if;
    update fhir.record r
       set version = g.version, subject_id = g.subject_id, last_updated = g.at, deleted = g.deleted,
           tokens = write_versions.tokens[g.token_start : g.token_end], body = g.body
      from unnest(types, ids, versions, subjects, times, deletions, token_starts, token_ends, bodies)
             as g(type, id, version, subject_id, at, deleted, token_start, token_end, body)
     where g.version > 1 and r.id = g.id and r.type = g.type;
  end if;
  if wanted < cardinality(versions) then
    insert into fhir.record (id, subject_id, last_updated, version, deleted, type, tokens, body)
    select g.id, g.subject_id, g.at, 1, false, g.type, write_versions.tokens[g.token_start : g.token_end], g.body
      from unnest(types, ids, versions, subjects, times, token_starts, token_ends, bodies)
             as g(type, id, version, subject_id, at, token_start, token_end, body)
     where g.version = 1;
  end if;
end
$$;
