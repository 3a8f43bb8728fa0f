-- What functions leave behind between invocations: events and their deliveries, the keys of filed messages, and
-- messages that could not be filed.
--
-- Ciphertext: quarantine.sealed (AES-256-GCM under a compartment of the message's own, message/<id>; null once the
-- message is filed, when that compartment is destroyed). Opaque tokens that only the vault turns back:
-- event.subject_token. Keyed pseudonyms (HMAC): inbox.message_key, inbox.digest and the same columns of quarantine.
-- All other columns are identifiers, codes, numbers and times.
create schema runtime;

create table runtime.event (
  id            uuid primary key,
  type          text not null,
  source        text not null,
  at            timestamptz not null,
  subject_token text,
  link          text,
  traceparent   text not null,
  emitter       text not null
);

create table runtime.delivery (
  id       uuid primary key,
  event_id uuid not null references runtime.event (id),
  function text not null,
  state    text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0,
  reason   text,
  at       timestamptz not null,
  unique (event_id, function)
);
create index delivery_waiting on runtime.delivery (at) where state = 'failed';

create table runtime.inbox (
  message_key text primary key,
  digest      text not null,
  filed_at    timestamptz not null
);

create table runtime.quarantine (
  id          uuid primary key,
  message_key text not null,
  digest      text not null,
  function    text not null,
  reason      text not null,
  state       text not null default 'waiting' check (state in ('waiting', 'resolved')),
  attempts    integer not null default 1,
  received_at timestamptz not null,
  at          timestamptz not null,
  sealed      bytea,
  check ((state = 'waiting') = (sealed is not null))
);
create unique index quarantine_waiting on runtime.quarantine (message_key, digest) where state = 'waiting';
