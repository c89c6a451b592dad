-- People sign in and let clients act for them. Redirect URIs are one per line.

ALTER TABLE client ADD COLUMN redirect_uris TEXT NOT NULL DEFAULT '';
ALTER TABLE client_secret ADD COLUMN recoverable BLOB;

CREATE TABLE connection (
    connection_id   BLOB PRIMARY KEY CHECK (length(connection_id) = 16),
    client_id       TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
    user_id         TEXT NOT NULL REFERENCES person,
    organization_id TEXT REFERENCES organization,
    reach           TEXT NOT NULL,
    audience        TEXT NOT NULL,
    scopes          TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    last_used_at    INTEGER,
    ended_at        INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX connection_by_client ON connection (client_id, connection_id);
CREATE INDEX connection_by_person ON connection (user_id, connection_id);
CREATE INDEX connection_by_organization ON connection (organization_id, connection_id);
CREATE INDEX connection_by_end ON connection (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE refresh_token (
    hash          BLOB PRIMARY KEY CHECK (length(hash) = 32),
    connection_id BLOB NOT NULL REFERENCES connection ON DELETE CASCADE,
    issued_at     INTEGER NOT NULL,
    expires_at    INTEGER,
    used_at       INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_token_by_connection ON refresh_token (connection_id);
CREATE INDEX refresh_token_by_end ON refresh_token (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX refresh_token_by_use ON refresh_token (used_at) WHERE used_at IS NOT NULL;

CREATE TABLE password (
    user_id TEXT PRIMARY KEY REFERENCES person,
    phc     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    hash         BLOB PRIMARY KEY CHECK (length(hash) = 32),
    user_id      TEXT NOT NULL REFERENCES person,
    created_at   INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    signed_in_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_person ON session (user_id);
CREATE INDEX session_by_use ON session (seen_at);
CREATE INDEX session_by_end ON session (ends_at);

-- Tokens carry the number, so one that is gone must never come back for others.
CREATE TABLE claims (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint     BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
    client_id       TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
    owner_kind      TEXT NOT NULL,
    owner_id        TEXT NOT NULL,
    audience        TEXT NOT NULL,
    scopes          TEXT NOT NULL,
    organization_id TEXT
) STRICT;
CREATE INDEX claims_by_client ON claims (client_id);
