-- Keys that signed the ledger's checkpoints before the present one. Public keys are public.
--   former_ledger_key.wrapped_key   ciphertext under the KEK (Ed25519 seed), while both keys sign; null once retired
--   former_ledger_key.retired       ciphertext under the KEK: the public key and up to which size of the log it speaks,
--                                   so that who owns the database can't name a key of their own
create table vault.former_ledger_key (
  public_key bytea primary key,
  wrapped_key bytea,
  retired bytea,
  replaced_at timestamptz not null default now(),
  check ((wrapped_key is null) = (retired is not null))
);
-- One after another.
create unique index former_ledger_key_overlap on vault.former_ledger_key ((true)) where wrapped_key is not null;
