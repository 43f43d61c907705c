-- Tokens that end with the password they were fetched with; the ways an inbound user may authenticate by; when its first
-- password was last used.

ALTER TABLE issued_token ADD COLUMN by_password BOOLEAN NOT NULL DEFAULT FALSE;
-- When the password they were fetched with expires: nothing of the family counts longer.
ALTER TABLE issued_token ADD COLUMN ends BIGINT;
-- Refresh tokens come with the password grant only. Its access tokens without one cannot be told apart; they end within
-- a day.
UPDATE issued_token SET by_password = TRUE
    WHERE family IN (SELECT r.family FROM issued_token r WHERE r.kind = 'refresh');

ALTER TABLE inbound_user ADD COLUMN password_last_used BIGINT;
-- Words, separated by blanks; none allows every way.
ALTER TABLE inbound_user ADD COLUMN allowed TEXT NOT NULL DEFAULT '';
