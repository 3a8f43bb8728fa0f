-- How long the audit log is kept. Nothing here is ciphertext and nothing is PHI: indexes, times, and the names of legal
-- holds, which are case numbers as an operator writes them.

-- Entries below `minimum` are gone for good (C2SP tlog-tiles, "Pruning"); the tree above them is as it was.
create table ledger.pruning (
  singleton boolean primary key default true check (singleton),
  minimum bigint not null default 0 check (minimum >= 0 and minimum % 256 = 0)
);
insert into ledger.pruning default values;

create function ledger.refuse_unpruning() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.minimum >= old.minimum then
    return new;
  end if;
  raise exception 'what was pruned does not come back' using errcode = 'restrict_violation';
end
$$;
create trigger pruning_only_rises before update or delete on ledger.pruning
  for each row execute function ledger.refuse_unpruning();

-- While a hold is in force nothing from its first entry on is pruned.
create table ledger.hold (
  name text primary key,
  first_index bigint not null check (first_index >= 0),
  placed_at timestamptz not null
);

-- As before; and entries below the minimum may go, by who says so in the same transaction.
create function ledger.refuse_entry_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('ledger.pruning', true) = 'on'
     and old.index < (select minimum from ledger.pruning) then
    return old;
  end if;
  raise exception 'the ledger only grows' using errcode = 'restrict_violation';
end
$$;
drop trigger entry_only_grows on ledger.entry;
create trigger entry_only_grows before update or delete on ledger.entry
  for each row execute function ledger.refuse_entry_change();
