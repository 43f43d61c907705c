-- Incidents, the channels people are told through, and the notices on their way there.

CREATE TABLE notification_channel (
    id UUID NOT NULL CONSTRAINT notification_channel_id PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- E-mail addresses, as JSON. The URL of a webhook is a secret.
    recipients TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX notification_channel_name ON notification_channel (name);

CREATE TABLE incident (
    id UUID NOT NULL CONSTRAINT incident_id PRIMARY KEY,
    kind TEXT NOT NULL,
    -- What it is about, for ever the same: kind and id of a record.
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    -- Where it is mended, as JSON.
    place TEXT NOT NULL,
    opened BIGINT NOT NULL,
    -- Days before the end at which people were told last; 0 when it has ended or has no end.
    level BIGINT NOT NULL,
    recovered BIGINT
);
-- One open incident per subject: of several instances that notice it, one opens it.
CREATE UNIQUE INDEX incident_open ON incident (kind, subject) WHERE recovered IS NULL;
CREATE INDEX incident_by_recovery ON incident (recovered);

CREATE TABLE notice (
    id UUID NOT NULL CONSTRAINT notice_id PRIMARY KEY,
    incident UUID NOT NULL CONSTRAINT notice_incident REFERENCES incident (id) ON DELETE CASCADE,
    channel UUID NOT NULL CONSTRAINT notice_channel REFERENCES notification_channel (id) ON DELETE CASCADE,
    recovery BOOLEAN NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    place TEXT NOT NULL,
    created BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Null when it was sent or given up.
    next_attempt BIGINT,
    sent BIGINT,
    error TEXT NOT NULL
);
CREATE INDEX notice_due ON notice (next_attempt) WHERE next_attempt IS NOT NULL;
CREATE INDEX notice_by_channel ON notice (channel, created, id);
CREATE INDEX notice_by_incident ON notice (incident);
