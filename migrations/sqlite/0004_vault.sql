-- Rotation of data keys, and references in place of secrets.

-- The key a ciphertext names in its bytes 2 to 17, as a column: the foreign key keeps a retired data key from being
-- removed while anything is encrypted with it, and a secret from being stored under one that is gone.
ALTER TABLE secret ADD COLUMN data_key BLOB CONSTRAINT secret_data_key REFERENCES data_key (id);
UPDATE secret SET data_key = SUBSTR(ciphertext, 2, 16) WHERE LENGTH(ciphertext) >= 41;
CREATE INDEX secret_by_data_key ON secret (data_key, owner, name);
-- `env:NAME` or `file:/path` for people to see; what is used stands in the ciphertext.
ALTER TABLE secret ADD COLUMN reference TEXT NOT NULL DEFAULT '';
-- When another key took its place; null for the active one.
ALTER TABLE data_key ADD COLUMN retired BIGINT;
