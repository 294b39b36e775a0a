-- Made from the migrations by `npm run schema`; a test compares it.

CREATE TABLE account_deletions (
  did text NOT NULL,
  begun_at timestamp with time zone NOT NULL,
  CONSTRAINT account_deletions_pkey PRIMARY KEY (did)
);

CREATE TABLE account_status (
  did text NOT NULL,
  checked_at timestamp with time zone NOT NULL,
  gone_since timestamp with time zone,
  CONSTRAINT account_status_pkey PRIMARY KEY (did)
);
CREATE INDEX account_status_checked_at ON account_status USING btree (checked_at);

CREATE TABLE blob_places (
  convo_id text NOT NULL,
  blob_id text NOT NULL,
  seq bigint NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  deleted_at timestamp with time zone,
  CONSTRAINT blob_places_convo_id_fkey FOREIGN KEY (convo_id) REFERENCES conversations(convo_id),
  CONSTRAINT blob_places_pkey PRIMARY KEY (convo_id, blob_id, seq)
);
CREATE INDEX blob_places_deleted ON blob_places USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE INDEX blob_places_kept ON blob_places USING btree (created_at) WHERE (deleted_at IS NULL);
CREATE INDEX blob_places_of_blob ON blob_places USING btree (blob_id) WHERE (deleted_at IS NULL);

CREATE TABLE blob_store (
  only_row boolean NOT NULL DEFAULT true,
  mark text NOT NULL,
  CONSTRAINT blob_store_only_row_check CHECK (only_row),
  CONSTRAINT blob_store_pkey PRIMARY KEY (only_row)
);

CREATE TABLE blob_usage (
  did text NOT NULL,
  bytes bigint NOT NULL,
  CONSTRAINT blob_usage_bytes_check CHECK ((bytes >= 0)),
  CONSTRAINT blob_usage_pkey PRIMARY KEY (did)
);

CREATE TABLE blobs (
  blob_id text NOT NULL,
  did text NOT NULL,
  sha256 bytea NOT NULL,
  size bigint NOT NULL,
  object_key text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT blobs_size_check CHECK ((size > 0)),
  CONSTRAINT blobs_pkey PRIMARY KEY (blob_id),
  CONSTRAINT blobs_object_key_key UNIQUE (object_key)
);
CREATE INDEX blobs_of_account ON blobs USING btree (did, size);

CREATE TABLE blocks (
  block_id bigint NOT NULL DEFAULT nextval('blocks_block_id_seq'::regclass),
  did text NOT NULL,
  subject text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT blocks_pkey PRIMARY KEY (block_id),
  CONSTRAINT blocks_did_subject_key UNIQUE (did, subject)
);
CREATE INDEX blocks_of_account ON blocks USING btree (did, block_id);
CREATE INDEX blocks_of_subject ON blocks USING btree (subject, did);

CREATE TABLE conversations (
  convo_id text NOT NULL,
  kind text NOT NULL,
  direct_pair text,
  group_id bytea NOT NULL,
  generation integer NOT NULL DEFAULT 0,
  epoch bigint NOT NULL,
  last_seq bigint NOT NULL DEFAULT 0,
  application_count bigint NOT NULL DEFAULT 0,
  hash bytea NOT NULL,
  reset_seq bigint,
  cipher_suite text NOT NULL,
  commit_framing text NOT NULL,
  creator text NOT NULL,
  policy jsonb NOT NULL,
  metadata jsonb,
  encrypted_metadata bytea,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  last_message_at timestamp with time zone,
  closed_at timestamp with time zone,
  CONSTRAINT conversations_commit_framing_check CHECK ((commit_framing = ANY (ARRAY['public'::text, 'any'::text]))),
  CONSTRAINT conversations_epoch_check CHECK (((epoch >= 0) AND (epoch < '9007199254740992'::bigint))),
  CONSTRAINT conversations_kind_check CHECK ((kind = ANY (ARRAY['group'::text, 'direct'::text]))),
  CONSTRAINT conversations_last_seq_check CHECK ((last_seq >= 0)),
  CONSTRAINT conversations_pkey PRIMARY KEY (convo_id),
  CONSTRAINT conversations_direct_pair_key UNIQUE (direct_pair),
  CONSTRAINT conversations_group_id_key UNIQUE (group_id)
);

CREATE TABLE cursors (
  convo_id text NOT NULL,
  did text NOT NULL,
  seq bigint NOT NULL,
  application_count bigint NOT NULL,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT cursors_convo_id_fkey FOREIGN KEY (convo_id) REFERENCES conversations(convo_id),
  CONSTRAINT cursors_pkey PRIMARY KEY (convo_id, did)
);

CREATE TABLE devices (
  did text NOT NULL,
  device_id text NOT NULL,
  signature_key bytea NOT NULL,
  name text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  last_seen_at timestamp with time zone NOT NULL DEFAULT now(),
  deleted_at timestamp with time zone,
  key_packages_deleted integer,
  CONSTRAINT devices_pkey PRIMARY KEY (did, device_id),
  CONSTRAINT devices_did_signature_key_key UNIQUE (did, signature_key)
);

CREATE TABLE event_stream (
  id bigint NOT NULL DEFAULT nextval('event_stream_id_seq'::regclass),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  kind text NOT NULL,
  convo_id text,
  did text,
  seq bigint,
  payload jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT event_stream_pkey PRIMARY KEY (xid, id)
);
CREATE INDEX event_stream_created_at ON event_stream USING btree (created_at);
CREATE INDEX event_stream_of_account ON event_stream USING btree (did, xid, id) WHERE (did IS NOT NULL);
CREATE INDEX event_stream_of_convo ON event_stream USING btree (convo_id, xid, id) WHERE (did IS NULL);
CREATE INDEX event_stream_of_device_subject ON event_stream USING btree (((payload ->> 'subject'::text)), xid, id) WHERE (kind = 'device'::text);
CREATE INDEX event_stream_of_devices ON event_stream USING btree (xid, id) WHERE (kind = 'device'::text);
CREATE INDEX event_stream_of_membership ON event_stream USING btree (convo_id, seq) WHERE (kind = 'membershipChange'::text);

CREATE TABLE group_states (
  convo_id text NOT NULL,
  generation integer NOT NULL,
  epoch bigint NOT NULL,
  group_info bytea NOT NULL,
  CONSTRAINT group_states_convo_id_fkey FOREIGN KEY (convo_id) REFERENCES conversations(convo_id),
  CONSTRAINT group_states_pkey PRIMARY KEY (convo_id)
);

CREATE TABLE groups (
  group_id bytea NOT NULL,
  convo_id text NOT NULL,
  generation integer NOT NULL,
  genesis_digest bytea NOT NULL,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT groups_convo_id_fkey FOREIGN KEY (convo_id) REFERENCES conversations(convo_id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT groups_pkey PRIMARY KEY (group_id),
  CONSTRAINT groups_convo_id_generation_key UNIQUE (convo_id, generation)
);
CREATE INDEX groups_genesis ON groups USING btree (genesis_digest);

CREATE TABLE invites (
  invite_id text NOT NULL,
  convo_id text NOT NULL,
  secret_hash bytea NOT NULL,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone,
  max_uses integer,
  uses integer NOT NULL DEFAULT 0,
  revoked_at timestamp with time zone,
  CONSTRAINT invites_convo_id_fkey FOREIGN KEY (convo_id) REFERENCES conversations(convo_id),
  CONSTRAINT invites_pkey PRIMARY KEY (invite_id),
  CONSTRAINT invites_secret_hash_key UNIQUE (secret_hash)
);
CREATE INDEX invites_of_convo ON invites USING btree (convo_id, created_at);

CREATE TABLE key_packages (
  ref text NOT NULL,
  did text NOT NULL,
  device_id text NOT NULL,
  cipher_suite text NOT NULL,
  key_package bytea,
  init_key bytea NOT NULL,
  not_after timestamp with time zone NOT NULL,
  last_resort boolean NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  leased_to text,
  leased_convo text,
  leased_until timestamp with time zone,
  consumed_at timestamp with time zone,
  deleted_at timestamp with time zone,
  sync_digest bytea,
  CONSTRAINT key_packages_did_device_id_fkey FOREIGN KEY (did, device_id) REFERENCES devices(did, device_id),
  CONSTRAINT key_packages_pkey PRIMARY KEY (ref),
  CONSTRAINT key_packages_init_key_key UNIQUE (init_key)
);
CREATE INDEX key_packages_live ON key_packages USING btree (did, device_id, cipher_suite, created_at) WHERE ((consumed_at IS NULL) AND (deleted_at IS NULL));
CREATE INDEX key_packages_not_after ON key_packages USING btree (not_after);
CREATE INDEX key_packages_of_device ON key_packages USING btree (did, device_id, ref);

CREATE TABLE last_resort_leases (
  ref text NOT NULL,
  leased_to text NOT NULL,
  leased_convo text,
  leased_until timestamp with time zone NOT NULL,
  CONSTRAINT last_resort_leases_ref_fkey FOREIGN KEY (ref) REFERENCES key_packages(ref) ON DELETE CASCADE,
  CONSTRAINT last_resort_leases_ref_leased_to_leased_convo_key UNIQUE NULLS NOT DISTINCT (ref, leased_to, leased_convo)
);
CREATE INDEX last_resort_leases_holder ON last_resort_leases USING btree (leased_to);

CREATE TABLE leaves (
  convo_id text NOT NULL,
  leaf_index integer NOT NULL,
  did text NOT NULL,
  device_id text NOT NULL,
  signature_key bytea NOT NULL,
  added_seq bigint NOT NULL,
  pending_reason text,
  pending_since timestamp with time zone,
  CONSTRAINT leaves_pending_reason_check CHECK ((pending_reason = ANY (ARRAY['left'::text, 'deviceDeleted'::text, 'accountDeleted'::text]))),
  CONSTRAINT leaves_convo_id_fkey FOREIGN KEY (convo_id) REFERENCES conversations(convo_id),
  CONSTRAINT leaves_pkey PRIMARY KEY (convo_id, leaf_index)
);
CREATE INDEX leaves_by_device ON leaves USING btree (did, device_id);
CREATE INDEX leaves_of_account ON leaves USING btree (convo_id, did);
CREATE INDEX leaves_pending ON leaves USING btree (convo_id, leaf_index) WHERE (pending_reason IS NOT NULL);

CREATE TABLE loose_objects (
  object_key text NOT NULL,
  did text,
  reserved bigint NOT NULL DEFAULT 0,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT loose_objects_pkey PRIMARY KEY (object_key)
);
CREATE INDEX loose_objects_of_account ON loose_objects USING btree (did) WHERE (did IS NOT NULL);

CREATE TABLE members (
  member_id bigint NOT NULL DEFAULT nextval('members_member_id_seq'::regclass),
  convo_id text NOT NULL,
  did text NOT NULL,
  joined_seq bigint NOT NULL,
  left_seq bigint,
  joined_at timestamp with time zone NOT NULL DEFAULT now(),
  left_at timestamp with time zone,
  latest boolean NOT NULL DEFAULT true,
  role text NOT NULL,
  status text NOT NULL,
  muted boolean NOT NULL DEFAULT false,
  joined_application_count bigint NOT NULL,
  left_application_count bigint,
  invite_id text,
  CONSTRAINT members_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'moderator'::text, 'member'::text]))),
  CONSTRAINT members_status_check CHECK ((status = ANY (ARRAY['accepted'::text, 'request'::text]))),
  CONSTRAINT members_convo_id_fkey FOREIGN KEY (convo_id) REFERENCES conversations(convo_id),
  CONSTRAINT members_pkey PRIMARY KEY (member_id),
  CONSTRAINT members_convo_id_did_joined_seq_key UNIQUE (convo_id, did, joined_seq)
);
CREATE INDEX members_in_order ON members USING btree (convo_id, joined_seq, member_id) WHERE (left_at IS NULL);
CREATE UNIQUE INDEX members_latest ON members USING btree (convo_id, did) WHERE latest;
CREATE INDEX members_of_account ON members USING btree (did, member_id) WHERE latest;
CREATE UNIQUE INDEX members_open ON members USING btree (convo_id, did) WHERE (left_at IS NULL);
CREATE INDEX members_open_of_account ON members USING btree (did, member_id) WHERE (left_at IS NULL);

CREATE TABLE messages (
  convo_id text NOT NULL,
  seq bigint NOT NULL,
  kind smallint NOT NULL,
  generation integer NOT NULL,
  epoch bigint NOT NULL,
  message_id text NOT NULL,
  ciphertext bytea,
  content_hash bytea NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  application_count bigint NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT messages_kind_check CHECK ((kind = ANY (ARRAY[1, 2]))),
  CONSTRAINT messages_convo_id_fkey FOREIGN KEY (convo_id) REFERENCES conversations(convo_id),
  CONSTRAINT messages_pkey PRIMARY KEY (convo_id, seq),
  CONSTRAINT messages_convo_id_message_id_key UNIQUE (convo_id, message_id)
);
CREATE UNIQUE INDEX messages_commits ON messages USING btree (convo_id, generation, epoch) WHERE (kind = 2);
CREATE INDEX messages_kept ON messages USING btree (created_at) WHERE ((kind = 1) AND (ciphertext IS NOT NULL));

CREATE TABLE push_cursor (
  only_row boolean NOT NULL DEFAULT true,
  incarnation text NOT NULL,
  xid xid8 NOT NULL,
  id bigint NOT NULL,
  CONSTRAINT push_cursor_only_row_check CHECK (only_row),
  CONSTRAINT push_cursor_pkey PRIMARY KEY (only_row)
);

CREATE TABLE push_queue (
  registration_id bigint NOT NULL,
  convo_id text NOT NULL,
  seq bigint NOT NULL,
  queued_at timestamp with time zone NOT NULL DEFAULT now(),
  due_at timestamp with time zone NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  put_off boolean NOT NULL DEFAULT false,
  claimed_until timestamp with time zone,
  CONSTRAINT push_queue_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES push_registrations(registration_id) ON DELETE CASCADE,
  CONSTRAINT push_queue_pkey PRIMARY KEY (registration_id, convo_id)
);
CREATE INDEX push_queue_due ON push_queue USING btree (due_at);

CREATE TABLE push_registrations (
  registration_id bigint NOT NULL DEFAULT nextval('push_registrations_registration_id_seq'::regclass),
  did text NOT NULL,
  device_id text NOT NULL,
  platform text NOT NULL,
  app_id text NOT NULL,
  token_hash bytea NOT NULL,
  sealed_token bytea NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT push_registrations_platform_check CHECK ((platform = ANY (ARRAY['ios'::text, 'android'::text, 'web'::text]))),
  CONSTRAINT push_registrations_pkey PRIMARY KEY (registration_id),
  CONSTRAINT push_registrations_did_device_id_platform_app_id_key UNIQUE (did, device_id, platform, app_id),
  CONSTRAINT push_registrations_token_hash_key UNIQUE (token_hash)
);

CREATE TABLE reports (
  report_number bigint NOT NULL DEFAULT nextval('reports_report_number_seq'::regclass),
  report_id text NOT NULL,
  convo_id text NOT NULL,
  reporter text NOT NULL,
  subject text NOT NULL,
  category text NOT NULL,
  encrypted_content bytea,
  message_ids jsonb NOT NULL,
  digest bytea,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  status text NOT NULL DEFAULT 'open'::text,
  action text,
  notes text,
  resolved_by text,
  resolved_at timestamp with time zone,
  operator_status text NOT NULL DEFAULT 'open'::text,
  operator_action text,
  operator_notes text,
  operator_at timestamp with time zone,
  forwarded_to text,
  forwarded_at timestamp with time zone,
  CONSTRAINT reports_operator_status_check CHECK ((operator_status = ANY (ARRAY['open'::text, 'resolved'::text]))),
  CONSTRAINT reports_status_check CHECK ((status = ANY (ARRAY['open'::text, 'resolved'::text]))),
  CONSTRAINT reports_convo_id_fkey FOREIGN KEY (convo_id) REFERENCES conversations(convo_id),
  CONSTRAINT reports_pkey PRIMARY KEY (report_number),
  CONSTRAINT reports_report_id_key UNIQUE (report_id)
);
CREATE INDEX reports_by_reporter ON reports USING btree (reporter);
CREATE INDEX reports_by_resolver ON reports USING btree (resolved_by) WHERE (resolved_by IS NOT NULL);
CREATE INDEX reports_by_subject ON reports USING btree (subject);
CREATE INDEX reports_of_convo ON reports USING btree (convo_id, report_number);
CREATE INDEX reports_of_operators ON reports USING btree (report_number) WHERE (operator_status = 'open'::text);
CREATE UNIQUE INDEX reports_open_once ON reports USING btree (convo_id, digest) WHERE (status = 'open'::text);

CREATE TABLE service_state (
  only_row boolean NOT NULL DEFAULT true,
  incarnation text NOT NULL,
  system_identifier text NOT NULL,
  began_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT service_state_only_row_check CHECK (only_row),
  CONSTRAINT service_state_pkey PRIMARY KEY (only_row)
);

CREATE TABLE welcome_messages (
  convo_id text NOT NULL,
  seq bigint NOT NULL,
  welcome bytea NOT NULL,
  CONSTRAINT welcome_messages_convo_id_fkey FOREIGN KEY (convo_id) REFERENCES conversations(convo_id),
  CONSTRAINT welcome_messages_pkey PRIMARY KEY (convo_id, seq)
);

CREATE TABLE welcomes (
  welcome_id text NOT NULL,
  convo_id text NOT NULL,
  seq bigint NOT NULL,
  did text NOT NULL,
  device_id text NOT NULL,
  key_package_ref text NOT NULL,
  group_id bytea NOT NULL,
  generation integer NOT NULL,
  epoch bigint NOT NULL,
  added_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  state text NOT NULL DEFAULT 'pending'::text,
  reason text,
  ended_at timestamp with time zone,
  CONSTRAINT welcomes_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'joined'::text, 'failed'::text, 'superseded'::text, 'removed'::text]))),
  CONSTRAINT welcomes_convo_id_seq_fkey FOREIGN KEY (convo_id, seq) REFERENCES welcome_messages(convo_id, seq),
  CONSTRAINT welcomes_pkey PRIMARY KEY (welcome_id)
);
CREATE INDEX welcomes_of_commit ON welcomes USING btree (convo_id, seq);
CREATE INDEX welcomes_of_device ON welcomes USING btree (did, device_id, created_at, welcome_id);
CREATE UNIQUE INDEX welcomes_pending ON welcomes USING btree (convo_id, did, device_id) WHERE (state = 'pending'::text);
