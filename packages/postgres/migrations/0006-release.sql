-- Releases: immutable, content-addressed builds of functions, so that any node can run what another one loaded, and so
-- that a ledger entry's `release` can be turned back into the code that acted. Nothing here is PHI and no column is
-- ciphertext: bundles are the app's code, secrets are kept by the vault.
create schema if not exists runtime;

-- One build of one function. `digest` is over bundle and canonical manifest; a row never changes.
create table runtime.release (
  digest     text primary key check (digest ~ '^sha256:[0-9a-f]{64}$'),
  name       text not null,
  manifest   jsonb not null,
  bundle     bytea not null,
  source_map bytea,
  created_at timestamptz not null default now()
);
create index release_by_name on runtime.release (name, created_at desc);

-- What a bundle said about itself when it was evaluated in confinement, by the digest of the bundle alone: the same
-- bundle says the same, so it need not be started again to be asked.
create table runtime.evaluation (
  bundle_digest text primary key check (bundle_digest ~ '^sha256:[0-9a-f]{64}$'),
  value         jsonb not null,
  created_at    timestamptz not null default now()
);
