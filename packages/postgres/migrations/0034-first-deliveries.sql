-- An event's first delivery is made by the node that committed it, without a job. `orphaned_at` is when any node may
-- take the delivery for orphaned and make a job of it: null once it was tried or has a job. Times only, no ciphertext.
alter table runtime.delivery add column orphaned_at timestamptz;
create index delivery_orphaned on runtime.delivery (orphaned_at) where orphaned_at is not null;
