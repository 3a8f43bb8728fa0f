-- The tamper-evident audit log (45 CFR 164.312(b)): an RFC 6962 tree over canonical JSON entries, in C2SP tlog-tiles
-- form. Nothing here is ciphertext and nothing is PHI: entries hold codes, identifiers and keyed pseudonyms only.
create schema ledger;

-- Entries as they committed with the acts they record, until the sequencer gives them their place.
create table ledger.pending (
  id bigint generated always as identity primary key,
  -- RFC 8785 canonical JSON in UTF-8.
  body bytea not null
);

-- `body` is the truth; the other columns are drawn from it for queries, and `verify` compares them.
create table ledger.entry (
  index bigint primary key check (index >= 0),
  -- SHA-256(0x00 || body), RFC 6962 section 2.1.
  leaf_hash bytea not null,
  body bytea not null,
  subject text,
  principal text not null,
  action text not null,
  trace text not null
);
create index on ledger.entry (subject, index) where subject is not null;
create index on ledger.entry (principal, index);
create index on ledger.entry (action, index);
create index on ledger.entry (trace);

-- Tiles of 256 hashes, 32 bytes each; `width` tells how many a tile holds so far.
create table ledger.tile (
  level integer not null check (level >= 0),
  index bigint not null check (index >= 0),
  width integer not null check (width between 1 and 256),
  hashes bytea not null check (length(hashes) = width * 32),
  primary key (level, index)
);

-- Signed tree heads (C2SP tlog-checkpoint); `note` is the truth.
create table ledger.checkpoint (
  size bigint primary key check (size > 0),
  root bytea not null,
  note text not null,
  created_at timestamptz not null
);

-- Against accidents and careless tools. Who owns the database can lift this; the tree then shows what they did.
create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger only grows' using errcode = 'restrict_violation';
end
$$;
create trigger entry_only_grows before update or delete on ledger.entry
  for each row execute function ledger.refuse_change();
create trigger entry_is_not_emptied before truncate on ledger.entry
  for each statement execute function ledger.refuse_change();
create trigger checkpoint_only_grows before update or delete on ledger.checkpoint
  for each row execute function ledger.refuse_change();
create trigger checkpoint_is_not_emptied before truncate on ledger.checkpoint
  for each statement execute function ledger.refuse_change();
