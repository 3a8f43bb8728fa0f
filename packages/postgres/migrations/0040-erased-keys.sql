-- A destroyed compartment key keeps no time. `vault.compartment_key` holds no usable key (wrapped_dek is ciphertext under
-- the KEK, null once destroyed); its times would lead from a patient's id to the ledger's entries of the same moment, and
-- so to a pseudonym whose link the destruction ends. That the key was destroyed, and when, the ledger says without an id.
create or replace function vault.keep_compartment_key() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.destroyed_at is null and new.wrapped_dek is null
     and new.compartment = old.compartment and new.created_at = old.created_at then
    new.created_at := 'epoch';
    new.destroyed_at := 'epoch';
    return new;
  end if;
  raise exception 'a compartment key can only be destroyed' using errcode = 'restrict_violation';
end
$$;

alter table vault.compartment_key disable trigger keep_compartment_key;
update vault.compartment_key set created_at = 'epoch', destroyed_at = 'epoch' where destroyed_at is not null;
alter table vault.compartment_key enable trigger keep_compartment_key;
