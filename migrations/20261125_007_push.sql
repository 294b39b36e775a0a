-- Where devices want to be woken. The token is encrypted, and known again by a keyed hash.
CREATE TABLE push_registrations (
  registration_id bigserial PRIMARY KEY,
  did text NOT NULL,
  device_id text NOT NULL,
  platform text NOT NULL CHECK (platform IN ('ios', 'android', 'web')),
  app_id text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  sealed_token bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (did, device_id, platform, app_id)
);

-- What is yet to be sent: one push for a device and conversation, however much happened in it.
CREATE TABLE push_queue (
  registration_id bigint NOT NULL REFERENCES push_registrations (registration_id) ON DELETE CASCADE,
  convo_id text NOT NULL,
  -- The newest entry that it is for.
  seq bigint NOT NULL,
  queued_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  -- It was put off once, since the device was connected.
  put_off boolean NOT NULL DEFAULT false,
  -- A process sends it and has to be done by then.
  claimed_until timestamptz,
  PRIMARY KEY (registration_id, convo_id)
);
CREATE INDEX push_queue_due ON push_queue (due_at);

-- How far the event stream has been read for it.
CREATE TABLE push_cursor (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  incarnation text NOT NULL,
  xid xid8 NOT NULL,
  id bigint NOT NULL
);
