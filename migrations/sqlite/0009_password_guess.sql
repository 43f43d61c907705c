-- Wrong passwords and client secrets of the last minutes, which the instances of an installation count together.
-- PostgreSQL only: the one process on a SQLite file counts in memory, and the table stays empty.

CREATE TABLE password_guess (
    -- The user, inbound user or OAuth client. No foreign key: rows are deleted after minutes anyway.
    account BLOB NOT NULL,
    guessed BIGINT NOT NULL,
    -- The process that checked it. Unique together: a batch that is written again after a lost response counts once.
    instance BLOB NOT NULL,
    CONSTRAINT password_guess_key PRIMARY KEY (account, guessed, instance)
);
CREATE INDEX password_guess_by_time ON password_guess (guessed);
