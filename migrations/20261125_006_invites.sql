-- Ways into a conversation for whoever has the secret, of which only a hash is kept.
CREATE TABLE invites (
  invite_id text PRIMARY KEY,
  convo_id text NOT NULL REFERENCES conversations (convo_id),
  secret_hash bytea NOT NULL UNIQUE,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  -- Null: as many as there is room for.
  max_uses integer,
  uses integer NOT NULL DEFAULT 0,
  revoked_at timestamptz
);
CREATE INDEX invites_of_convo ON invites (convo_id, created_at);

-- The invite that the membership began with.
ALTER TABLE members ADD COLUMN invite_id text;
