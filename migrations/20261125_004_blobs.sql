-- Attachments: who stored what, where it may be read, and what lies in the store beside.

-- The bytes that an account has stored, once however often it sent them.
CREATE TABLE blobs (
  blob_id text PRIMARY KEY,
  did text NOT NULL,
  sha256 bytea NOT NULL,
  size bigint NOT NULL CHECK (size > 0),
  -- Its name in the store of blobs: a new one each time, so that nothing is ever overwritten.
  object_key text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX blobs_of_account ON blobs (did, size);

-- Where a blob may be read: by memberships that contain `seq`. The same bytes sent again later have
-- another place. Deleted places stay for a while, so that a repeated deleteBlob is answered the same.
CREATE TABLE blob_places (
  convo_id text NOT NULL REFERENCES conversations (convo_id),
  blob_id text NOT NULL,
  seq bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  PRIMARY KEY (convo_id, blob_id, seq)
);
CREATE INDEX blob_places_of_blob ON blob_places (blob_id) WHERE deleted_at IS NULL;
CREATE INDEX blob_places_kept ON blob_places (created_at) WHERE deleted_at IS NULL;
CREATE INDEX blob_places_deleted ON blob_places (deleted_at) WHERE deleted_at IS NOT NULL;

-- Objects that no blob has, not yet or no more. One is written here before it is put into the store, and
-- goes from here after it has gone from there: whenever the process dies, a job knows what to remove.
CREATE TABLE loose_objects (
  object_key text PRIMARY KEY,
  -- Of an upload under way; null: to be removed.
  did text,
  -- What the upload may take of the account's quota.
  reserved bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX loose_objects_of_account ON loose_objects (did) WHERE did IS NOT NULL;

-- What an account's blobs take, uploads under way included. Its row is locked first by all that writes
-- blobs of the account.
CREATE TABLE blob_usage (
  did text PRIMARY KEY,
  bytes bigint NOT NULL CHECK (bytes >= 0)
);

-- Which store the objects are in: jobs remove nothing from one that is marked otherwise.
CREATE TABLE blob_store (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  mark text NOT NULL
);
