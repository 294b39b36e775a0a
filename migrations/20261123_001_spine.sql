-- Devices, key packages, conversations and their log, welcomes, cursors, and the event stream.
-- Plain SQL for PostgreSQL 15 to 18; one statement at a time, so that the embedded database runs it too.

-- Which database this is. A restore begins a new incarnation, since transaction ids start anew.
CREATE TABLE service_state (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  incarnation text NOT NULL,
  system_identifier text NOT NULL,
  began_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE devices (
  did text NOT NULL,
  device_id text NOT NULL,
  signature_key bytea NOT NULL,
  name text,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  -- The answer to a repeated deleteDevice.
  key_packages_deleted integer,
  PRIMARY KEY (did, device_id),
  UNIQUE (did, signature_key)
);

-- A package is available while it is neither consumed nor deleted nor expired; a lease covers it for a
-- while. Consumed and deleted rows lose their bytes and stay, so that a reference is never used twice.
CREATE TABLE key_packages (
  ref text PRIMARY KEY,
  did text NOT NULL,
  device_id text NOT NULL,
  cipher_suite text NOT NULL,
  key_package bytea,
  init_key bytea NOT NULL UNIQUE,
  not_after timestamptz NOT NULL,
  last_resort boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  leased_to text,
  leased_convo text,
  leased_until timestamptz,
  consumed_at timestamptz,
  deleted_at timestamptz,
  -- Of the syncKeyPackages that deleted it: a repetition is answered by it.
  sync_digest bytea,
  FOREIGN KEY (did, device_id) REFERENCES devices (did, device_id)
);
-- No index has a column that a lease writes: leasing is a heap-only update.
CREATE INDEX key_packages_live ON key_packages (did, device_id, cipher_suite, created_at)
  WHERE consumed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX key_packages_not_after ON key_packages (not_after);

-- Who was given a last-resort package: unlike others, several may hold one at a time.
CREATE TABLE last_resort_leases (
  ref text NOT NULL REFERENCES key_packages (ref) ON DELETE CASCADE,
  leased_to text NOT NULL,
  leased_convo text,
  leased_until timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (ref, leased_to, leased_convo)
);
CREATE INDEX last_resort_leases_holder ON last_resort_leases (leased_to);

CREATE TABLE conversations (
  convo_id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('group', 'direct')),
  -- Both accounts of an open direct conversation, sorted; null otherwise.
  direct_pair text UNIQUE,
  group_id bytea NOT NULL UNIQUE,
  generation integer NOT NULL DEFAULT 0,
  epoch bigint NOT NULL CHECK (epoch >= 0 AND epoch < 9007199254740992),
  last_seq bigint NOT NULL DEFAULT 0 CHECK (last_seq >= 0),
  -- Application entries up to last_seq: unread counts without a scan.
  application_count bigint NOT NULL DEFAULT 0,
  hash bytea NOT NULL,
  reset_seq bigint,
  cipher_suite text NOT NULL,
  commit_framing text NOT NULL CHECK (commit_framing IN ('public', 'any')),
  creator text NOT NULL,
  policy jsonb NOT NULL,
  metadata jsonb,
  encrypted_metadata bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_message_at timestamptz,
  closed_at timestamptz
);

-- Every group id that was ever used, with the genesis that took it: none is used twice.
CREATE TABLE groups (
  group_id bytea PRIMARY KEY,
  convo_id text NOT NULL REFERENCES conversations (convo_id) DEFERRABLE INITIALLY DEFERRED,
  generation integer NOT NULL,
  -- SHA-256 over all that created it: a repetition is known by it.
  genesis_digest bytea NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (convo_id, generation)
);

CREATE INDEX groups_genesis ON groups (genesis_digest);

-- The verified public state of each conversation's current epoch.
CREATE TABLE group_states (
  convo_id text PRIMARY KEY REFERENCES conversations (convo_id),
  generation integer NOT NULL,
  epoch bigint NOT NULL,
  group_info bytea NOT NULL
);

-- The leaves of the verified tree. `pending_reason` marks a leaf that the next commit must remove.
CREATE TABLE leaves (
  convo_id text NOT NULL REFERENCES conversations (convo_id),
  leaf_index integer NOT NULL,
  did text NOT NULL,
  device_id text NOT NULL,
  signature_key bytea NOT NULL,
  -- The last seq once it was in the tree: that of the commit (and the welcome) that added it.
  added_seq bigint NOT NULL,
  pending_reason text CHECK (pending_reason IN ('left', 'deviceDeleted', 'accountDeleted')),
  pending_since timestamptz,
  PRIMARY KEY (convo_id, leaf_index)
);
CREATE INDEX leaves_by_device ON leaves (did, device_id);
CREATE INDEX leaves_of_account ON leaves (convo_id, did);
CREATE INDEX leaves_pending ON leaves (convo_id, leaf_index) WHERE pending_reason IS NOT NULL;

-- One row per membership interval [joined_seq, left_seq]; `latest` marks the newest of each account.
CREATE TABLE members (
  member_id bigserial PRIMARY KEY,
  convo_id text NOT NULL REFERENCES conversations (convo_id),
  did text NOT NULL,
  joined_seq bigint NOT NULL,
  left_seq bigint,
  joined_at timestamptz NOT NULL DEFAULT now(),
  left_at timestamptz,
  latest boolean NOT NULL DEFAULT true,
  role text NOT NULL CHECK (role IN ('admin', 'moderator', 'member')),
  status text NOT NULL CHECK (status IN ('accepted', 'request')),
  muted boolean NOT NULL DEFAULT false,
  -- The conversation's application_count before joined_seq, and at left_seq.
  joined_application_count bigint NOT NULL,
  left_application_count bigint,
  UNIQUE (convo_id, did, joined_seq)
);
CREATE UNIQUE INDEX members_open ON members (convo_id, did) WHERE left_at IS NULL;
CREATE UNIQUE INDEX members_latest ON members (convo_id, did) WHERE latest;
CREATE INDEX members_of_account ON members (did, member_id) WHERE latest;
-- What one lists, however much one has left; and a roster's pages, in their order.
CREATE INDEX members_open_of_account ON members (did, member_id) WHERE left_at IS NULL;
CREATE INDEX members_in_order ON members (convo_id, joined_seq, member_id) WHERE left_at IS NULL;

-- The log. `kind` 1 is application, 2 commit; `epoch` is the one in the message. No sender is stored
-- for application entries.
CREATE TABLE messages (
  convo_id text NOT NULL REFERENCES conversations (convo_id),
  seq bigint NOT NULL,
  kind smallint NOT NULL CHECK (kind IN (1, 2)),
  generation integer NOT NULL,
  epoch bigint NOT NULL,
  message_id text NOT NULL,
  ciphertext bytea,
  content_hash bytea NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  application_count bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (convo_id, seq),
  UNIQUE (convo_id, message_id)
);
ALTER TABLE messages ALTER COLUMN ciphertext SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX messages_commits ON messages (convo_id, generation, epoch) WHERE kind = 2;
-- What retention has yet to take.
CREATE INDEX messages_kept ON messages (created_at) WHERE kind = 1 AND ciphertext IS NOT NULL;

-- How far an account has read; `application_count` is that of the entry at `seq`.
CREATE TABLE cursors (
  convo_id text NOT NULL REFERENCES conversations (convo_id),
  did text NOT NULL,
  seq bigint NOT NULL,
  application_count bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (convo_id, did)
);

-- A Welcome is stored once per commit, whoever it names.
CREATE TABLE welcome_messages (
  convo_id text NOT NULL REFERENCES conversations (convo_id),
  seq bigint NOT NULL,
  welcome bytea NOT NULL,
  PRIMARY KEY (convo_id, seq)
);
ALTER TABLE welcome_messages ALTER COLUMN welcome SET STORAGE EXTERNAL;

CREATE TABLE welcomes (
  welcome_id text PRIMARY KEY,
  convo_id text NOT NULL,
  seq bigint NOT NULL,
  did text NOT NULL,
  device_id text NOT NULL,
  key_package_ref text NOT NULL,
  group_id bytea NOT NULL,
  generation integer NOT NULL,
  epoch bigint NOT NULL,
  added_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  -- pending -> joined | failed (acknowledged) | superseded (a newer welcome, a join or a reset) | removed (its leaf)
  state text NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'joined', 'failed', 'superseded', 'removed')),
  reason text,
  ended_at timestamptz,
  FOREIGN KEY (convo_id, seq) REFERENCES welcome_messages (convo_id, seq)
);
CREATE UNIQUE INDEX welcomes_pending ON welcomes (convo_id, did, device_id) WHERE state = 'pending';
CREATE INDEX welcomes_of_device ON welcomes (did, device_id, created_at, welcome_id);
CREATE INDEX welcomes_of_commit ON welcomes (convo_id, seq);

-- What happened, in the order (xid, id) once xid is below the snapshot's horizon. Rows point to the log
-- and carry no copy of it. `did` is the account that a personal event is for; `seq` the place in the
-- conversation at which the event stands.
CREATE TABLE event_stream (
  id bigserial NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  kind text NOT NULL,
  convo_id text,
  did text,
  seq bigint,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (xid, id)
);
CREATE INDEX event_stream_created_at ON event_stream (created_at);
-- What one account may see, without reading past what it may not: a reader that comes back after days
-- pays for its own events only. The last two are small.
CREATE INDEX event_stream_of_convo ON event_stream (convo_id, xid, id) WHERE did IS NULL;
CREATE INDEX event_stream_of_account ON event_stream (did, xid, id) WHERE did IS NOT NULL;
CREATE INDEX event_stream_of_devices ON event_stream (xid, id) WHERE kind = 'device';
CREATE INDEX event_stream_of_membership ON event_stream (convo_id, seq) WHERE kind = 'membershipChange';
