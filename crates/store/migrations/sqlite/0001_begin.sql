-- Times are seconds since 1970. Lists are one line per entry.

CREATE TABLE client (
    client_id   TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    owner_kind  TEXT NOT NULL,
    owner_id    TEXT NOT NULL,
    audiences   TEXT NOT NULL,
    scopes      TEXT NOT NULL,
    grants      TEXT NOT NULL,
    introspects TEXT NOT NULL,
    disabled    INTEGER NOT NULL,
    expires_at  INTEGER,
    not_before  INTEGER NOT NULL,
    token_ttl   INTEGER,
    created_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX client_by_owner ON client (owner_kind, owner_id, client_id);

CREATE TABLE client_secret (
    client_id    TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
    secret_id    TEXT NOT NULL,
    position     INTEGER NOT NULL,
    hash         BLOB NOT NULL CHECK (length(hash) = 32),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    PRIMARY KEY (client_id, secret_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE organization (
    organization_id TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    external_id     TEXT UNIQUE,
    parent_id       TEXT REFERENCES organization,
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_by_parent ON organization (parent_id);

CREATE TABLE person (
    user_id    TEXT PRIMARY KEY,
    email      TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    operator   INTEGER NOT NULL,
    disabled   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE membership (
    organization_id TEXT NOT NULL REFERENCES organization,
    user_id         TEXT NOT NULL REFERENCES person,
    role            TEXT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_by_person ON membership (user_id, organization_id);

CREATE TABLE revocation (
    token_id   BLOB PRIMARY KEY CHECK (length(token_id) = 16),
    client_id  TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX revocation_by_end ON revocation (expires_at);

CREATE TABLE crypto_key (
    kid            TEXT PRIMARY KEY,
    purpose        TEXT NOT NULL,
    replaces       TEXT UNIQUE,
    created_at     INTEGER NOT NULL,
    active_from    INTEGER NOT NULL,
    active_until   INTEGER,
    removed_at     INTEGER,
    sealed_private BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- Of two nodes that make the first key of a purpose at once, one wins.
CREATE UNIQUE INDEX first_key_of_purpose ON crypto_key (purpose) WHERE replaces IS NULL;

CREATE TABLE fact (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    at              INTEGER NOT NULL,
    actor           TEXT NOT NULL,
    action          TEXT NOT NULL,
    subject         TEXT NOT NULL,
    organization_id TEXT,
    detail          TEXT NOT NULL
) STRICT;

CREATE TABLE change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    about  TEXT NOT NULL
) STRICT;

-- The newest change that was swept away: whoever asks for what came after an
-- older one has missed some.
CREATE TABLE change_horizon (swept_through INTEGER NOT NULL) STRICT;
INSERT INTO change_horizon VALUES (0);
