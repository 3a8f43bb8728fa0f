-- How many transactions have destroyed the key of a patient or of shared records: nodes that keep keys in memory ask it,
-- to learn that one of them may be gone (decision 0065). One row, no ciphertext, no PHI: it tells neither whose key was
-- destroyed nor when.
create table vault.key_destruction (
  singleton boolean primary key default true check (singleton),
  count bigint not null,
  -- Of the transaction that raised the count last.
  counted_in xid8 not null
);
insert into vault.key_destruction (count, counted_in) values (0, pg_current_xact_id());

-- Once a transaction, however many keys it destroys. `counted_in` alone could meet its like in a restored database,
-- `xmin` alone after 2^32 transactions.
create function vault.count_key_destruction() returns trigger language plpgsql as $$
begin
  update vault.key_destruction set count = count + 1, counted_in = pg_current_xact_id()
   where counted_in <> pg_current_xact_id() or xmin <> pg_current_xact_id()::xid;
  return null;
end
$$;
-- Deferred: the row is locked only while the transaction commits, however long it was open before. No node keeps the key
-- of a message, so that nobody need hear of its end.
create constraint trigger count_key_destruction after update on vault.compartment_key
  deferrable initially deferred for each row
  when (old.destroyed_at is null and new.destroyed_at is not null and new.compartment not like 'message/%')
  execute function vault.count_key_destruction();
