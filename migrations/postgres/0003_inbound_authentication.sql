-- What inbound users prove who they are with besides their password, and the OAuth clients of our own token endpoint.

CREATE TABLE inbound_credential (
    id UUID NOT NULL CONSTRAINT inbound_credential_id PRIMARY KEY,
    inbound_user UUID NOT NULL CONSTRAINT inbound_credential_inbound_user
        REFERENCES inbound_user (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    settings TEXT NOT NULL,
    -- Keyed hash of an API key or path token; blank for other kinds. The secret of a signature is in `secret`.
    secret_hash BYTEA NOT NULL,
    -- argon2id, with the kind password; blank for other kinds.
    password_hash TEXT NOT NULL,
    begins_with TEXT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires BIGINT,
    last_used BIGINT
);
CREATE INDEX inbound_credential_by_inbound_user ON inbound_credential (inbound_user, created);
CREATE UNIQUE INDEX inbound_credential_secret ON inbound_credential (kind, secret_hash)
    WHERE kind IN ('api_key', 'path_token');
CREATE INDEX inbound_credential_by_expiry ON inbound_credential (expires) WHERE expires IS NOT NULL;

-- Signed calls taken within the last minutes, so that none is taken twice: under another message id, or at
-- another process. Stored together
-- with its message; rows go when the time of signing is too old anyway.
CREATE TABLE seen_signature (
    digest BYTEA NOT NULL CONSTRAINT seen_signature_digest PRIMARY KEY,
    taken_as TEXT NOT NULL,
    until BIGINT NOT NULL
);
CREATE INDEX seen_signature_by_until ON seen_signature (until);

CREATE TABLE oauth_client (
    id UUID NOT NULL CONSTRAINT oauth_client_id PRIMARY KEY,
    application UUID NOT NULL CONSTRAINT oauth_client_application REFERENCES application (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    client_id TEXT NOT NULL,
    grants TEXT NOT NULL,
    access_lifetime BIGINT NOT NULL,
    refresh_lifetime BIGINT NOT NULL,
    inbound_user UUID NOT NULL CONSTRAINT oauth_client_inbound_user REFERENCES inbound_user (id),
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX oauth_client_client_id ON oauth_client (client_id);
CREATE UNIQUE INDEX oauth_client_name ON oauth_client (application, name);
CREATE INDEX oauth_client_by_inbound_user ON oauth_client (inbound_user);

CREATE TABLE oauth_client_secret (
    id UUID NOT NULL CONSTRAINT oauth_client_secret_id PRIMARY KEY,
    oauth_client UUID NOT NULL CONSTRAINT oauth_client_secret_oauth_client
        REFERENCES oauth_client (id) ON DELETE CASCADE,
    secret_hash BYTEA NOT NULL,
    begins_with TEXT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires BIGINT,
    last_used BIGINT
);
CREATE INDEX oauth_client_secret_by_client ON oauth_client_secret (oauth_client, created);

-- Tokens our token endpoint gave out. A family is what came from one password grant: using a refresh token twice
-- revokes all of it.
CREATE TABLE issued_token (
    token_hash BYTEA NOT NULL CONSTRAINT issued_token_hash PRIMARY KEY,
    oauth_client UUID NOT NULL CONSTRAINT issued_token_oauth_client REFERENCES oauth_client (id) ON DELETE CASCADE,
    family UUID NOT NULL,
    kind TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    -- When a refresh token was used; it must not be used again.
    used BIGINT
);
CREATE INDEX issued_token_by_client ON issued_token (oauth_client, kind, expires);
CREATE INDEX issued_token_by_family ON issued_token (family);
CREATE INDEX issued_token_by_expiry ON issued_token (expires);
