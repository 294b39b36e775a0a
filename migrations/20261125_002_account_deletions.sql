-- Accounts whose deletion has begun and is not complete: after a crash it goes on from here.
CREATE TABLE account_deletions (
  did text PRIMARY KEY,
  begun_at timestamptz NOT NULL
);

-- All packages of an account, used ones included, for its export and its deletion. It has no column that
-- a lease writes.
CREATE INDEX key_packages_of_device ON key_packages (did, device_id, ref);
