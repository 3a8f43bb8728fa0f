-- Publication of the audit log outside the database, and what witnesses said of it. Nothing here is ciphertext and
-- nothing is PHI: places, sizes, times and public signatures.

-- How far each store has the log, so that every node knows the lag. The store itself is the truth.
create table ledger.publication (
  -- `LedgerStore.place`: a path or URL, without credentials.
  place text primary key,
  size bigint not null check (size >= 0),
  published_at timestamptz not null
);

-- Cosignatures (C2SP tlog-cosignature) over the checkpoint of this size.
create table ledger.cosignature (
  size bigint not null check (size > 0),
  -- The witness's key name.
  witness text not null,
  -- The note's signature line, without its newline.
  line text not null,
  primary key (size, witness)
);

-- Checkpoints between others may go once they are published: there are five a second. Everything else still only grows.
create function ledger.refuse_checkpoint_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('ledger.thinning', true) = 'on' then
    return old;
  end if;
  raise exception 'the ledger only grows' using errcode = 'restrict_violation';
end
$$;
drop trigger checkpoint_only_grows on ledger.checkpoint;
create trigger checkpoint_only_grows before update or delete on ledger.checkpoint
  for each row execute function ledger.refuse_checkpoint_change();
