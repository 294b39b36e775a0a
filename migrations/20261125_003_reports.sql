-- What members report of each other. It has two queues: that of the admins and moderators of the
-- conversation, and that of the operators.
CREATE TABLE reports (
  report_number bigserial PRIMARY KEY,
  report_id text NOT NULL UNIQUE,
  convo_id text NOT NULL REFERENCES conversations (convo_id),
  reporter text NOT NULL,
  subject text NOT NULL,
  category text NOT NULL,
  -- Encrypted by the reporter for those who moderate the conversation.
  encrypted_content bytea,
  message_ids jsonb NOT NULL,
  -- SHA-256 over all of it: a repetition is known by it.
  digest bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved')),
  action text,
  notes text,
  resolved_by text,
  resolved_at timestamptz,
  operator_status text NOT NULL DEFAULT 'open' CHECK (operator_status IN ('open', 'resolved')),
  operator_action text,
  operator_notes text,
  operator_at timestamptz,
  forwarded_to text,
  forwarded_at timestamptz
);
CREATE UNIQUE INDEX reports_open_once ON reports (convo_id, digest) WHERE status = 'open';
CREATE INDEX reports_of_convo ON reports (convo_id, report_number);
CREATE INDEX reports_of_operators ON reports (report_number) WHERE operator_status = 'open';
CREATE INDEX reports_by_reporter ON reports (reporter);
CREATE INDEX reports_by_subject ON reports (subject);
CREATE INDEX reports_by_resolver ON reports (resolved_by) WHERE resolved_by IS NOT NULL;
