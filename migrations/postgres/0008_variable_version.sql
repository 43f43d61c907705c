-- Variables have a version like everything else that people edit. Nothing was ever kept in `setting`: settings come from
-- the configuration.

ALTER TABLE variable ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

DROP TABLE setting;
