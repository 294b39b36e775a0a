-- What accounts' own servers say of them, as last asked.
CREATE TABLE account_status (
  did text PRIMARY KEY,
  checked_at timestamptz NOT NULL,
  -- Since when it is known to be deleted or deactivated there; null: it is not.
  gone_since timestamptz
);
CREATE INDEX account_status_checked_at ON account_status (checked_at);
