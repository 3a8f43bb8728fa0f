-- A card beside each current version: what sorts it and what it refers to, sealed apart from the resource, so that a
-- search looks at many records and opens the few that it answers (docs/decisions/0051-cards.md).
--   record.card   ciphertext: AES-256-CCM under a key drawn from the compartment's data key, bound to type, id and
--                 version; null on versions written before there were cards, on tombstones, and where it would be long
alter table fhir.record add column card bytea;
alter table fhir.record alter column card set storage external;

drop function fhir.write_versions(
  text[], uuid[], integer[], uuid[], timestamptz[], boolean[], integer[], integer[], bigint[], bytea[]
);

-- Writes versions, all or none: version 1 of a record that is not there, or the next version of one whose current
-- version is the one before. Anything else is a conflict: unique_violation or serialization_failure.
-- `tokens` of all versions stand in one array; those of one from `token_starts` to `token_ends`. An empty card is none.
create function fhir.write_versions(
  types text[], ids uuid[], versions integer[], subjects uuid[], times timestamptz[], deletions boolean[],
  token_starts integer[], token_ends integer[], tokens bigint[], bodies bytea[], cards bytea[]
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
           tokens = write_versions.tokens[g.token_start : g.token_end], body = g.body, card = nullif(g.card, '')
      from unnest(types, ids, versions, subjects, times, deletions, token_starts, token_ends, bodies, cards)
             as g(type, id, version, subject_id, at, deleted, token_start, token_end, body, card)
     where g.version > 1 and r.id = g.id and r.type = g.type;
  end if;
  if wanted < cardinality(versions) then
    insert into fhir.record (id, subject_id, last_updated, version, deleted, type, tokens, body, card)
    select g.id, g.subject_id, g.at, 1, false, g.type, write_versions.tokens[g.token_start : g.token_end], g.body,
           nullif(g.card, '')
      from unnest(types, ids, versions, subjects, times, token_starts, token_ends, bodies, cards)
             as g(type, id, version, subject_id, at, token_start, token_end, body, card)
     where g.version = 1;
  end if;
end
$$;
