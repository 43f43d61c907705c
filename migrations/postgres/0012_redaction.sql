-- Values that became secret, and how far they were removed from what was recorded while they could be read. The value
-- itself is in `secret`, owned by the row here, until the work is done. No foreign keys: what was recorded outlives the
-- records.

CREATE TABLE redaction (
    id UUID NOT NULL CONSTRAINT redaction_id PRIMARY KEY,
    integration UUID NOT NULL,
    connection UUID NOT NULL,
    variable UUID NOT NULL,
    -- Key of the variable, for people.
    name TEXT NOT NULL,
    -- Where the value still stood in records of the design when it began, a line each.
    places TEXT NOT NULL,
    started BIGINT NOT NULL,
    started_by TEXT NOT NULL,
    -- first, last or cleanse.
    phase TEXT NOT NULL,
    -- The transaction up to which this phase has come.
    number BIGINT NOT NULL,
    replay BIGINT NOT NULL,
    -- Records looked at, and those of them that held the value.
    checked BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    -- Messages not sent yet, whose bodies stay until they are.
    waiting BIGINT NOT NULL,
    finished BIGINT
);
CREATE INDEX redaction_unfinished ON redaction (started) WHERE finished IS NULL;
CREATE INDEX redaction_by_connection ON redaction (connection, started);

-- Whether a value was removed from the body: it is not what was sent any more, so it cannot be sent again.
ALTER TABLE message_transaction ADD COLUMN redacted BOOLEAN NOT NULL DEFAULT FALSE;
