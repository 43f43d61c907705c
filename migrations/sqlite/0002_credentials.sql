-- OAuth 2.0 that works, and certificates: what a client registration and a TLS identity need, and the life of tokens.

ALTER TABLE oauth_profile ADD COLUMN preset TEXT NOT NULL DEFAULT 'generic';
ALTER TABLE oauth_profile ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
-- Whether the provider's metadata promise `iss` in every callback (RFC 9207).
ALTER TABLE oauth_profile ADD COLUMN iss_promised BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE oauth_profile ADD COLUMN revocation_url TEXT NOT NULL DEFAULT '';
ALTER TABLE oauth_profile ADD COLUMN client_authentication TEXT NOT NULL DEFAULT 'basic';
ALTER TABLE oauth_profile ADD COLUMN key_id TEXT NOT NULL DEFAULT '';
ALTER TABLE oauth_profile ADD COLUMN audience TEXT NOT NULL DEFAULT '';
ALTER TABLE oauth_profile ADD COLUMN resource TEXT NOT NULL DEFAULT '';
-- Lines name=value.
ALTER TABLE oauth_profile ADD COLUMN authorization_parameters TEXT NOT NULL DEFAULT '';
ALTER TABLE oauth_profile ADD COLUMN token_parameters TEXT NOT NULL DEFAULT '';
ALTER TABLE oauth_profile ADD COLUMN pkce BOOLEAN NOT NULL DEFAULT TRUE;
-- The resource owner of the password grant.
ALTER TABLE oauth_profile ADD COLUMN user_name TEXT NOT NULL DEFAULT '';
-- sub and aud of the JWT bearer grant.
ALTER TABLE oauth_profile ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE oauth_profile ADD COLUMN assertion_audience TEXT NOT NULL DEFAULT '';
-- Lines, each the origin of an API that may get the tokens.
ALTER TABLE oauth_profile ADD COLUMN api_origins TEXT NOT NULL DEFAULT '';
ALTER TABLE oauth_profile ADD COLUMN rotates BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE oauth_profile ADD COLUMN inactivity_days BIGINT;
ALTER TABLE oauth_profile ADD COLUMN absolute_days BIGINT;
ALTER TABLE oauth_profile ADD COLUMN refresh_days BIGINT;
ALTER TABLE oauth_profile ADD COLUMN protocol_profile BLOB CONSTRAINT oauth_profile_protocol_profile
    REFERENCES protocol_profile (id);
CREATE INDEX oauth_profile_by_protocol_profile ON oauth_profile (protocol_profile);

-- What is shown of a certificate chain, as JSON; the key itself is in the vault.
ALTER TABLE protocol_profile ADD COLUMN certificates TEXT NOT NULL DEFAULT '[]';
ALTER TABLE protocol_profile ADD COLUMN ca_bundle TEXT NOT NULL DEFAULT '';
ALTER TABLE protocol_profile ADD COLUMN authorities TEXT NOT NULL DEFAULT '[]';

-- The life of a connection's tokens; the tokens themselves are in the vault.
CREATE TABLE token (
    connection BLOB NOT NULL CONSTRAINT token_connection_id PRIMARY KEY
        CONSTRAINT token_connection REFERENCES connection (id) ON DELETE CASCADE,
    -- none, live or refused.
    status TEXT NOT NULL,
    -- What the token was given for: profile, client, provider and API. With another one it does not count.
    bound_to TEXT NOT NULL,
    -- The times of its life, as JSON; blank while there is none.
    life TEXT NOT NULL,
    failure TEXT NOT NULL,
    failed_at BIGINT,
    attempts BIGINT NOT NULL,
    -- When the next call to the provider may or should be made.
    retry_at BIGINT,
    due_at BIGINT,
    -- When nothing can be refreshed any more, and the end that only a person can move.
    ends_at BIGINT,
    renew_by BIGINT,
    last_used BIGINT,
    -- Which token it is: counts those that were stored.
    serial BIGINT NOT NULL,
    -- Grows with every lease: what an older holder brings comes too late.
    generation BIGINT NOT NULL,
    lease_by BLOB,
    lease_until BIGINT
);
CREATE INDEX token_by_due ON token (status, due_at);

CREATE TABLE token_event (
    id BLOB NOT NULL CONSTRAINT token_event_id PRIMARY KEY,
    connection BLOB NOT NULL CONSTRAINT token_event_connection REFERENCES connection (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    by_name TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX token_event_by_connection ON token_event (connection, at, id);
