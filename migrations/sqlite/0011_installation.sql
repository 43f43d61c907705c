-- The instance name this database is run under: one row at most, none before the first start with a name. It shows that
-- a database was copied to another installation, whose notices wait until an administrator accepts the new name.

CREATE TABLE installation (
    id BIGINT NOT NULL CONSTRAINT installation_id PRIMARY KEY CONSTRAINT installation_single CHECK (id = 1),
    instance_name TEXT NOT NULL,
    -- Blank until a new name was accepted.
    previous_name TEXT NOT NULL,
    since BIGINT NOT NULL,
    accepted_by TEXT NOT NULL
);
