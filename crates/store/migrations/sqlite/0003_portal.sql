-- What the portal shows: where clients may call from and what they did, links that are
-- sent by mail, who signed in from where. Networks and services are one per line.

ALTER TABLE client ADD COLUMN networks TEXT NOT NULL DEFAULT '';

-- Its own end or the last of its secrets', whichever comes first; NULL when neither does.
ALTER TABLE client ADD COLUMN ends_at INTEGER;
ALTER TABLE client ADD COLUMN secret_count INTEGER NOT NULL DEFAULT 0;
UPDATE client SET
    secret_count = (SELECT count(*) FROM client_secret s WHERE s.client_id = client.client_id),
    ends_at = nullif(min(
        coalesce(expires_at, 9223372036854775807),
        (SELECT coalesce(max(coalesce(s.expires_at, 9223372036854775807)), 9223372036854775807)
         FROM client_secret s WHERE s.client_id = client.client_id)), 9223372036854775807);
-- What is searched and counted stands in the indexes: whole rows are read for a page.
CREATE INDEX client_by_name ON client
    (name, client_id, disabled, ends_at, secret_count, scopes);
CREATE INDEX client_by_owner_and_name ON client
    (owner_kind, owner_id, name, client_id, disabled, ends_at, secret_count, scopes);
CREATE INDEX client_by_end ON client (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX client_by_last_end ON client (ends_at, name, client_id) WHERE ends_at IS NOT NULL;

ALTER TABLE client_secret ADD COLUMN last_used_from TEXT;
ALTER TABLE client_secret ADD COLUMN made_by TEXT;
ALTER TABLE client_secret ADD COLUMN hint TEXT NOT NULL DEFAULT '';
CREATE INDEX client_secret_by_end ON client_secret (expires_at) WHERE expires_at IS NOT NULL;

-- NULL: as the parent has it. An empty text: none at all.
ALTER TABLE organization ADD COLUMN services TEXT;
ALTER TABLE person ADD COLUMN last_signed_in_at INTEGER;
ALTER TABLE session ADD COLUMN address TEXT;
ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';

CREATE INDEX fact_by_organization ON fact (organization_id, number);
CREATE INDEX fact_by_subject ON fact (subject, number);
CREATE INDEX fact_by_actor ON fact (actor, number);

CREATE TABLE link (
    hash            BLOB PRIMARY KEY CHECK (length(hash) = 32),
    purpose         TEXT NOT NULL,
    email           TEXT NOT NULL,
    organization_id TEXT REFERENCES organization,
    role            TEXT,
    user_id         TEXT REFERENCES person,
    made_by         TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX link_by_organization ON link (organization_id, created_at);
CREATE INDEX link_by_end ON link (expires_at);

-- Counts of one client lie together in the order of time.
CREATE TABLE usage_hour (
    client_id TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
    at        INTEGER NOT NULL,
    service   TEXT NOT NULL,
    passed    INTEGER NOT NULL,
    refused   INTEGER NOT NULL,
    tokens    INTEGER NOT NULL,
    PRIMARY KEY (client_id, at, service)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_hour_by_time ON usage_hour (at);

CREATE TABLE usage_day (
    client_id TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
    at        INTEGER NOT NULL,
    service   TEXT NOT NULL,
    passed    INTEGER NOT NULL,
    refused   INTEGER NOT NULL,
    tokens    INTEGER NOT NULL,
    PRIMARY KEY (client_id, at, service)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_day_by_time ON usage_day (at);

CREATE TABLE secret_day (
    client_id TEXT NOT NULL,
    secret_id TEXT NOT NULL,
    day       INTEGER NOT NULL,
    tokens    INTEGER NOT NULL,
    PRIMARY KEY (client_id, secret_id, day),
    FOREIGN KEY (client_id, secret_id) REFERENCES client_secret ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX secret_day_by_time ON secret_day (day);

-- How often, and the newest request of these.
CREATE TABLE refused_day (
    client_id TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
    day       INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    service   TEXT NOT NULL,
    times     INTEGER NOT NULL,
    newest    TEXT NOT NULL,
    PRIMARY KEY (client_id, day, reason, service)
) STRICT, WITHOUT ROWID;
CREATE INDEX refused_day_by_time ON refused_day (day);

CREATE TABLE refused (
    request_id TEXT PRIMARY KEY,
    at         INTEGER NOT NULL,
    client_id  TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
    service    TEXT NOT NULL,
    reason     TEXT NOT NULL,
    about      TEXT NOT NULL,
    call       TEXT NOT NULL,
    peer       TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX refused_by_client ON refused (client_id, at, request_id);
CREATE INDEX refused_by_time ON refused (at);

CREATE TABLE notice (
    key TEXT PRIMARY KEY,
    at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_by_time ON notice (at);
