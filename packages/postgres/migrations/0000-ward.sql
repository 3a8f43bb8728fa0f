-- Nodes that run jobs, each with the moment of its last sign of life. When it falls silent, its jobs are given to
-- others at once instead of after graphile-worker's four hours. No column holds personal data or ciphertext.
create table ward.worker (
  -- graphile-worker's pool id: what `locked_by` of a job says.
  id text primary key,
  -- Machine, boot and pid namespace: where `pid` and `started` name one process for ever.
  process_space text not null,
  pid integer not null,
  -- Start time of the process in clock ticks since boot, where the machine tells.
  started text,
  seen_at timestamptz not null default now()
);
