-- Whom an account does not want to meet. Kept here, and told to nobody else.
CREATE TABLE blocks (
  block_id bigserial PRIMARY KEY,
  did text NOT NULL,
  subject text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (did, subject)
);
CREATE INDEX blocks_of_account ON blocks (did, block_id);
CREATE INDEX blocks_of_subject ON blocks (subject, did);
