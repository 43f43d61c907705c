-- The idempotency keys of the send API, and since when a released message waits.

-- A key belongs to a user and an integration and lives as long as its transaction. Message ids that were stored before
-- are not entered: they were never unique.
CREATE TABLE idempotency_key (
    transaction_id BLOB NOT NULL CONSTRAINT idempotency_key_id PRIMARY KEY
        CONSTRAINT idempotency_key_transaction_id REFERENCES message_transaction (id) ON DELETE CASCADE,
    integration BLOB NOT NULL,
    -- The user of the API token; no foreign key, because transactions stay when users go.
    app_user BLOB NOT NULL,
    message_key TEXT NOT NULL
);
-- Of several requests with the same key, one is stored.
CREATE UNIQUE INDEX idempotency_key_once ON idempotency_key (integration, app_user, message_key);

-- When a held message was released: it waits since then, not since it was created.
ALTER TABLE message_transaction ADD COLUMN released BIGINT;
