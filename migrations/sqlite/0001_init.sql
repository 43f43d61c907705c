-- The first schema. The file of the other database is the same but for the types of ids and bytes.
-- Times are milliseconds since 1970 (UTC). Foreign keys are called {table}_{column}, primary keys {table}_{columns}:
-- the program turns these names into messages beside fields, on both databases alike.

CREATE TABLE application (
    id BLOB NOT NULL CONSTRAINT application_id PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    description TEXT NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX application_key ON application (key);

CREATE TABLE process (
    id BLOB NOT NULL CONSTRAINT process_id PRIMARY KEY,
    application BLOB NOT NULL CONSTRAINT process_application REFERENCES application (id),
    name TEXT NOT NULL,
    api_name TEXT NOT NULL,
    description TEXT NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX process_api_name ON process (api_name);
CREATE INDEX process_by_application ON process (application);

CREATE TABLE integration (
    id BLOB NOT NULL CONSTRAINT integration_id PRIMARY KEY,
    application BLOB NOT NULL CONSTRAINT integration_application REFERENCES application (id),
    process BLOB NOT NULL CONSTRAINT integration_process REFERENCES process (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    system TEXT NOT NULL,
    company TEXT NOT NULL,
    description TEXT NOT NULL,
    service_type TEXT NOT NULL,
    message_format TEXT NOT NULL,
    -- No foreign key: it is a memory of what was enabled last, and the connection may go.
    last_active_connection BLOB,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX integration_name ON integration (process, name);
CREATE INDEX integration_by_application ON integration (application);

CREATE TABLE inbound_user (
    id BLOB NOT NULL CONSTRAINT inbound_user_id PRIMARY KEY,
    application BLOB NOT NULL CONSTRAINT inbound_user_application REFERENCES application (id),
    name TEXT NOT NULL,
    user_id TEXT NOT NULL,
    description TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    password_hash TEXT NOT NULL,
    password_set_at BIGINT NOT NULL,
    password_set_by TEXT NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX inbound_user_user_id ON inbound_user (user_id);
CREATE INDEX inbound_user_by_application ON inbound_user (application);

CREATE TABLE oauth_profile (
    id BLOB NOT NULL CONSTRAINT oauth_profile_id PRIMARY KEY,
    application BLOB NOT NULL CONSTRAINT oauth_profile_application REFERENCES application (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    grant_type TEXT NOT NULL,
    authorization_url TEXT NOT NULL,
    token_url TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX oauth_profile_name ON oauth_profile (application, name);

CREATE TABLE protocol_profile (
    id BLOB NOT NULL CONSTRAINT protocol_profile_id PRIMARY KEY,
    application BLOB NOT NULL CONSTRAINT protocol_profile_application REFERENCES application (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    minimum_tls TEXT NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX protocol_profile_name ON protocol_profile (application, name);

CREATE TABLE connection (
    id BLOB NOT NULL CONSTRAINT connection_id PRIMARY KEY,
    application BLOB NOT NULL CONSTRAINT connection_application REFERENCES application (id),
    integration BLOB NOT NULL CONSTRAINT connection_integration REFERENCES integration (id) ON DELETE CASCADE,
    -- The process of the integration, copied so that an index can keep inbound users apart within a process.
    -- Nullable only so that a missing integration is reported as that.
    process BLOB,
    name TEXT NOT NULL,
    environment TEXT NOT NULL,
    description TEXT NOT NULL,
    endpoint_url TEXT NOT NULL,
    instance_name TEXT NOT NULL,
    authentication TEXT NOT NULL,
    user_name TEXT NOT NULL,
    oauth_profile BLOB CONSTRAINT connection_oauth_profile REFERENCES oauth_profile (id),
    api_key_place TEXT NOT NULL,
    api_key_name TEXT NOT NULL,
    mutual_auth BOOLEAN NOT NULL,
    protocol_profile BLOB CONSTRAINT connection_protocol_profile REFERENCES protocol_profile (id),
    inbound_user BLOB CONSTRAINT connection_inbound_user REFERENCES inbound_user (id),
    test_method TEXT NOT NULL,
    test_path TEXT NOT NULL,
    expected_statuses TEXT NOT NULL,
    test_declared BOOLEAN NOT NULL,
    connect_timeout_ms BIGINT,
    request_timeout_ms BIGINT,
    rate_limit BIGINT,
    concurrency BIGINT,
    extra_headers TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    enabled_at BIGINT,
    disabled_at BIGINT,
    disabled_by TEXT NOT NULL,
    proof_reset_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX connection_name ON connection (integration, name);
-- At most one connection of an integration is active (product.md, Activation).
CREATE UNIQUE INDEX connection_one_active ON connection (integration) WHERE active;
-- An inbound user leads to one integration of a process, or nobody could tell whose message it is.
CREATE UNIQUE INDEX connection_active_inbound_user ON connection (process, inbound_user)
    WHERE active AND inbound_user IS NOT NULL;
CREATE INDEX connection_by_application ON connection (application);
CREATE INDEX connection_by_inbound_user ON connection (inbound_user);
CREATE INDEX connection_by_oauth_profile ON connection (oauth_profile);
CREATE INDEX connection_by_protocol_profile ON connection (protocol_profile);

CREATE TABLE variable (
    id BLOB NOT NULL CONSTRAINT variable_id PRIMARY KEY,
    connection BLOB NOT NULL CONSTRAINT variable_connection REFERENCES connection (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    description TEXT NOT NULL,
    secret BOOLEAN NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX variable_key ON variable (connection, key);

-- Ciphertext only. The owner is the id of a record of any table, so there is no foreign key.
CREATE TABLE secret (
    owner BLOB NOT NULL,
    name TEXT NOT NULL,
    ciphertext BLOB NOT NULL,
    origin TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    set_by TEXT NOT NULL,
    CONSTRAINT secret_owner_name PRIMARY KEY (owner, name)
);

CREATE TABLE data_key (
    id BLOB NOT NULL CONSTRAINT data_key_id PRIMARY KEY,
    wrapped BLOB NOT NULL,
    created BIGINT NOT NULL,
    active BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX data_key_one_active ON data_key (active) WHERE active;

CREATE TABLE message (
    id BLOB NOT NULL CONSTRAINT message_id PRIMARY KEY,
    integration BLOB NOT NULL CONSTRAINT message_integration REFERENCES integration (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    headers TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX message_name ON message (integration, name);

CREATE TABLE connection_test (
    id BLOB NOT NULL CONSTRAINT connection_test_id PRIMARY KEY,
    connection BLOB NOT NULL CONSTRAINT connection_test_connection REFERENCES connection (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    -- Status of the attempt that decided; null when no answer came.
    status BIGINT,
    proven BOOLEAN NOT NULL,
    duration_ms BIGINT NOT NULL,
    report TEXT NOT NULL
);
CREATE INDEX connection_test_by_connection ON connection_test (connection, at DESC, id DESC);

CREATE TABLE app_user (
    id BLOB NOT NULL CONSTRAINT app_user_id PRIMARY KEY,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    created BIGINT NOT NULL,
    last_login BIGINT
);
CREATE UNIQUE INDEX app_user_name ON app_user (LOWER(name));

CREATE TABLE session (
    token_hash BLOB NOT NULL CONSTRAINT session_token_hash PRIMARY KEY,
    app_user BLOB NOT NULL CONSTRAINT session_app_user REFERENCES app_user (id) ON DELETE CASCADE,
    created BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX session_by_app_user ON session (app_user);
CREATE INDEX session_by_expiry ON session (expires);
CREATE INDEX session_by_last_seen ON session (last_seen);

CREATE TABLE api_token (
    id BLOB NOT NULL CONSTRAINT api_token_id PRIMARY KEY,
    token_hash BLOB NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    app_user BLOB NOT NULL CONSTRAINT api_token_app_user REFERENCES app_user (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    last_used BIGINT
);
CREATE UNIQUE INDEX api_token_hash ON api_token (token_hash);
CREATE INDEX api_token_by_app_user ON api_token (app_user);

CREATE TABLE audit_entry (
    id BLOB NOT NULL CONSTRAINT audit_entry_id PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    record TEXT NOT NULL,
    record_id TEXT NOT NULL,
    name TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_entry_by_record ON audit_entry (record_id, at, id);
CREATE INDEX audit_entry_by_time ON audit_entry (at, id);

CREATE TABLE counter (
    name TEXT NOT NULL CONSTRAINT counter_name PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('transaction', 0);

-- No foreign keys to records: transactions stay, with their names, when the records go.
-- Bodies come last, so that reading a row's other columns never walks over them.
CREATE TABLE message_transaction (
    id BLOB NOT NULL CONSTRAINT message_transaction_id PRIMARY KEY,
    number BIGINT NOT NULL,
    replay BIGINT NOT NULL,
    direction TEXT NOT NULL,
    state TEXT NOT NULL,
    process_state TEXT NOT NULL,
    process BLOB,
    integration BLOB,
    connection BLOB,
    inbound_user BLOB,
    process_name TEXT NOT NULL,
    integration_name TEXT NOT NULL,
    connection_name TEXT NOT NULL,
    environment TEXT,
    message_name TEXT NOT NULL,
    message_id TEXT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    finished BIGINT,
    last_status BIGINT,
    error TEXT NOT NULL,
    -- Queued, but not to be sent before somebody says so: its connection was disabled or replaced.
    held BOOLEAN NOT NULL DEFAULT FALSE,
    content_type TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX transaction_number ON message_transaction (number, replay);
-- A message id counts once per process and caller (contract.md 3). Replays carry the id of their original; what we
-- send has no caller, and NULLs are distinct. The message id comes first because people search for it.
CREATE UNIQUE INDEX transaction_message_id ON message_transaction (message_id, process, inbound_user, replay);
CREATE INDEX transaction_by_integration ON message_transaction (integration, number, replay);
CREATE INDEX transaction_by_connection ON message_transaction (connection, number, replay);
CREATE INDEX transaction_by_process ON message_transaction (process, number, replay);
CREATE INDEX transaction_by_state ON message_transaction (state, number, replay);
CREATE INDEX transaction_by_direction ON message_transaction (direction, number, replay);
CREATE INDEX transaction_by_message_name ON message_transaction (message_name, number, replay);
CREATE INDEX transaction_by_created ON message_transaction (created, state);
CREATE INDEX transaction_by_integration_created ON message_transaction (integration, created, state);
CREATE INDEX transaction_by_inbound_user ON message_transaction (inbound_user, created)
    WHERE inbound_user IS NOT NULL;

CREATE TABLE http_request (
    id BLOB NOT NULL CONSTRAINT http_request_id PRIMARY KEY,
    transaction_id BLOB NOT NULL CONSTRAINT http_request_transaction_id
        REFERENCES message_transaction (id) ON DELETE CASCADE,
    connection BLOB,
    attempt BIGINT NOT NULL,
    state TEXT NOT NULL,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    status BIGINT,
    error TEXT NOT NULL,
    started BIGINT,
    duration_ms BIGINT,
    request_size BIGINT NOT NULL,
    request_type TEXT NOT NULL,
    response_size BIGINT NOT NULL,
    response_type TEXT NOT NULL,
    response_truncated BOOLEAN NOT NULL,
    request_headers TEXT NOT NULL,
    response_headers TEXT NOT NULL,
    request_body BLOB NOT NULL,
    response_body BLOB NOT NULL
);
CREATE INDEX http_request_by_transaction ON http_request (transaction_id, attempt);
CREATE INDEX http_request_by_connection ON http_request (connection, started);
CREATE INDEX http_request_by_connection_state ON http_request (connection, state, started);
CREATE INDEX http_request_by_start ON http_request (started, connection, state);
CREATE INDEX http_request_unfinished ON http_request (state)
    WHERE state IN ('pending', 'ready', 'sending');

CREATE TABLE refused_call (
    id BLOB NOT NULL CONSTRAINT refused_call_id PRIMARY KEY,
    at BIGINT NOT NULL,
    address TEXT NOT NULL,
    claimed TEXT NOT NULL,
    process TEXT NOT NULL,
    status BIGINT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX refused_call_by_time ON refused_call (at, id);
CREATE INDEX refused_call_by_process ON refused_call (process, at, id);

CREATE TABLE setting (
    name TEXT NOT NULL CONSTRAINT setting_name PRIMARY KEY,
    value TEXT NOT NULL
);
