-- The blind indexes of current FHIR records in rows of their own, so that an update writes those alone that changed
-- (docs/decisions/0066-token-sets.md).
--   token_set.tokens   blind indexes (keyed, truncated HMACs), as in record.tokens. They show which records share a
--                      value, not the value (docs/reference/search.md)
-- In the clear: the order of first writing, by which a set finds its record. No ciphertext.
--
-- INVARIANT: the sets of a record share no token and together hold those of record.tokens, which a search that found
-- its rows otherwise compares. Who writes one writes the other: fhir.write_versions.
create table fhir.token_set (
  sequence bigint not null,
  tokens bigint[] not null
) with (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 1000
);

insert into fhir.token_set (sequence, tokens)
select sequence, tokens from fhir.record where tokens <> '{}' order by sequence;

create index token_set_by_record on fhir.token_set (sequence);
-- Without the list of entries that wait to be merged, which every search would read from end to end.
create index token_set_tokens on fhir.token_set using gin (tokens) with (fastupdate = off);
drop index fhir.record_tokens;

-- Writes versions, all or none: version 1 of a record that is not there, or the next version of one whose current
-- version is the one before. Anything else is a conflict: unique_violation or serialization_failure.
-- `tokens` of all versions stand in one array; those of one from `token_starts` to `token_ends`. An empty card is none.
create or replace function fhir.write_versions(
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
    -- Sets that keep all their tokens stay. One that loses a token is replaced by what is left of it; what came is a set
    -- of its own. So what changes with each version (a state, a time) comes to lie apart from what never does.
    with changed as materialized (
      select r.sequence, r.tokens as had, g.has,
             -- Comparing long ones costs more than writing them.
             greatest(cardinality(r.tokens), cardinality(g.has)) > 256 as anew
        from (select n.type, n.id, write_versions.tokens[n.token_start : n.token_end] as has
                from unnest(types, ids, versions, token_starts, token_ends) as n(type, id, version, token_start, token_end)
               where n.version > 1) g
        join fhir.record r on r.id = g.id and r.type = g.type
       where r.tokens <> g.has
    ), gone as (
      -- Each record's by the index, also where the planner has no statistics and would join the whole table.
      delete from fhir.token_set s
       where s.ctid = any(array(
         select b.place from changed c cross join lateral (
           select t.ctid as place from fhir.token_set t
            where t.sequence = c.sequence and case when c.anew then true else not t.tokens <@ c.has end
           offset 0) b))
      returning s.sequence, s.tokens as had
    )
    insert into fhir.token_set (sequence, tokens)
    select written.sequence, written.tokens
      from (select c.sequence, case when c.anew then c.has else array(select unnest(c.has) except select unnest(c.had)) end
              from changed c
             union all
            select g.sequence, array(select unnest(g.had) intersect select unnest(c.has))
              from gone g join changed c on c.sequence = g.sequence where not c.anew
           ) as written(sequence, tokens)
     where written.tokens <> '{}';
    update fhir.record r
       set version = g.version, subject_id = g.subject_id, last_updated = g.at, deleted = g.deleted,
           tokens = write_versions.tokens[g.token_start : g.token_end], body = g.body, card = nullif(g.card, '')
      from unnest(types, ids, versions, subjects, times, deletions, token_starts, token_ends, bodies, cards)
             as g(type, id, version, subject_id, at, deleted, token_start, token_end, body, card)
     where g.version > 1 and r.id = g.id and r.type = g.type;
  end if;
  if wanted < cardinality(versions) then
    with made as (
      insert into fhir.record (id, subject_id, last_updated, version, deleted, type, tokens, body, card)
      select g.id, g.subject_id, g.at, 1, false, g.type, write_versions.tokens[g.token_start : g.token_end], g.body,
             nullif(g.card, '')
        from unnest(types, ids, versions, subjects, times, token_starts, token_ends, bodies, cards)
               as g(type, id, version, subject_id, at, token_start, token_end, body, card)
       where g.version = 1
      returning record.sequence, record.tokens
    )
    insert into fhir.token_set (sequence, tokens) select m.sequence, m.tokens from made m where m.tokens <> '{}';
  end if;
end
$$;
