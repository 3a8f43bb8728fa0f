-- Keys and secrets of the one tenant whose database this is. No row holds a usable key.
--   tenant_key.wrapped_kek           ciphertext under the root key, which custody holds outside the database
--   tenant_key.wrapped_ledger_key    ciphertext under the KEK (Ed25519 seed); ledger_public_key is public
--   compartment_key.wrapped_dek      ciphertext under the KEK; null once destroyed (crypto-shredding)
--   secret.sealed                    ciphertext under the KEK
-- Compartment names are a kind and a random id; secret names come from the app's manifest. Neither is PHI.
create schema vault;

create table vault.tenant_key (
  singleton boolean primary key default true check (singleton),
  tenant text not null,
  wrapped_kek bytea not null,
  wrapped_ledger_key bytea not null,
  ledger_public_key bytea not null,
  created_at timestamptz not null default now()
);

create table vault.compartment_key (
  compartment text primary key,
  wrapped_dek bytea,
  created_at timestamptz not null default now(),
  destroyed_at timestamptz,
  check ((wrapped_dek is null) = (destroyed_at is not null))
);

-- A row is written once, destroyed once, and never removed: a removed row would let a shredded compartment be made
-- again, and a replaced key would lose every record sealed under the old one.
create function vault.keep_compartment_key() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.destroyed_at is null and new.wrapped_dek is null
     and new.compartment = old.compartment and new.created_at = old.created_at then
    return new;
  end if;
  raise exception 'a compartment key can only be destroyed' using errcode = 'restrict_violation';
end
$$;
create trigger keep_compartment_key before update or delete on vault.compartment_key
  for each row execute function vault.keep_compartment_key();
create trigger keep_compartment_keys before truncate on vault.compartment_key
  for each statement execute function vault.keep_compartment_key();

create table vault.secret (
  name text primary key,
  sealed bytea not null,
  updated_at timestamptz not null default now()
);
